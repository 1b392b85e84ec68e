/** Bans issued while Redis is away take effect on the other node when Redis is back, and on no other user. */
import { registerAdmin, waitUntil } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { scenario, TWO_NODES } from './support/scenario';

const USERS = 30;

scenario('bans issued while Redis is away disconnect the banned users when it is back', TWO_NODES, async (cluster) => {
  const [west, east] = [cluster.node(0), cluster.node(1)];
  const boss = await registerAdmin(west.url);
  const players = await cluster.connectGuests(east, USERS);
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.close()));
  await Promise.all(cluster.nodes.map((node) => node.waitForStatus('degraded')));
  const banned = players.filter(() => cluster.random.nextInt(3) === 0);
  for (const { id } of banned) {
    const ban = { token: boss.accessToken, body: { reason: 'spam' } };
    expect((await callApi(west.url, 'POST', `/api/admin/users/${id}/ban`, ban)).status).toBe(204);
  }
  await Promise.all(cluster.nodes.map(({ redisGate }) => redisGate.open()));
  for (const { client } of banned) {
    const notice = await client.waitForEvent('system:disconnected', undefined, 20_000);
    expect(notice).toMatchObject({ code: 'ACCOUNT_DISABLED', reconnect: false });
  }
  await waitUntil(() => banned.every(({ client }) => !client.socket.connected), 'the banned users are disconnected');
  const others = players.filter((player) => !banned.includes(player));
  for (const { client } of others) await client.roundTrip();
  return { clients: USERS, banned: banned.length };
});
