/** Bans given while Redis is away act on the node that could not be told as soon as it is back, and on nobody else. */
import { registerAdmin, until } from '../support/client';
import { call } from '../support/http';
import { scenario } from './support/scenario';

const USERS = 30;

scenario('bans while Redis is away', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const boss = await registerAdmin(west.url);
  const players = await world.joinMany(east, USERS);
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.shut()));
  await Promise.all(world.nodes.map((node) => node.is('degraded')));
  const banned = players.filter(() => world.chance.below(3) === 0);
  for (const { id } of banned) {
    const ban = { token: boss.accessToken, body: { reason: 'spam' } };
    expect((await call(west.url, 'POST', `/api/admin/users/${id}/ban`, ban)).status).toBe(204);
  }
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.open()));
  for (const { client } of banned) {
    const told = await client.event('system:disconnected', undefined, 20_000);
    expect(told).toMatchObject({ code: 'ACCOUNT_DISABLED', reconnect: false });
  }
  await until(() => banned.every(({ client }) => !client.socket.connected), 'the banned are out');
  const others = players.filter((player) => !banned.includes(player));
  for (const { client } of others) await client.settled();
  return { clients: USERS, banned: banned.length };
});
