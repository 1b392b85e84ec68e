/** A ban, a logout or a change of roles during an outage of Redis takes effect on a node after the outage. */
import { ConnectionRegistry, TokenVerifier } from '@aeturnis/realtime';
import { Reverification } from '../../libs/realtime/src/auth/reverification';
import { startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, registerAdmin, registerPlayer, waitUntil } from '../support/clients/client';
import { Gate } from '../support/faults/gate';
import { callApi } from '../support/clients/http';
import { createMigratedDatabase } from '../support/databases/postgres';
import { startRedis } from '../support/redis/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/servers/server';

afterEach(closeClients);
afterAll(stopServerProcesses);

const waitForStatus = (node: ServerProcess, status: string): Promise<void> =>
  waitUntil(async () => {
    const { body } = await callApi(node.url, 'GET', '/health/ready');
    return body['status'] === status;
  }, `readiness is ${status}`);

it('after an outage of Redis, the connections of banned and logged-out users are closed, and no others', async () => {
  const [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  const gate = await Gate.openInFrontOf(redis.url);
  const shared = { DATABASE_URL: database.url, ADMIN_USERS: 'boss' };
  const [west, east] = await Promise.all([
    startServerProcess({ ...shared, REDIS_URL: redis.url }),
    startServerProcess({ ...shared, REDIS_URL: gate.url }),
  ]);
  const boss = await registerAdmin(west.url);
  const players = await Promise.all([registerPlayer(east.url), registerPlayer(east.url), registerPlayer(east.url)]);
  const [banned, loggedOut, bystander] = players;
  const clients = await Promise.all(players.map(({ accessToken }) => connect(east.url, accessToken)));
  await gate.close();
  await waitForStatus(east, 'degraded');

  const ban = { token: boss.accessToken, body: { reason: 'spam' } };
  expect((await callApi(west.url, 'POST', `/api/admin/users/${banned.id}/ban`, ban)).status).toBe(204);
  const logout = { token: loggedOut.accessToken, body: { refreshToken: loggedOut.refreshToken } };
  expect((await callApi(west.url, 'POST', '/api/auth/logout', logout)).status).toBeLessThan(300);
  await Promise.all(clients.map((client) => client.roundTrip()));
  await gate.open();

  const ends = clients.slice(0, 2).map((client) => client.waitForEvent('system:disconnected', undefined, 20_000));
  expect(await Promise.all(ends)).toMatchObject([
    { code: 'ACCOUNT_DISABLED', reconnect: false },
    { code: 'LOGGED_OUT', reconnect: false },
  ]);
  await expect(connect(east.url, banned.accessToken)).rejects.toMatchObject({ data: { code: 'ACCOUNT_DISABLED' } });
  await expect(connect(east.url, loggedOut.accessToken)).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  await clients[2]?.roundTrip();
  expect((await callApi(east.url, 'GET', '/api/me', { token: bystander.accessToken })).status).toBe(200);
  await stopServerProcesses();
  await gate.close();
  await Promise.all([redis.stop(), database.drop()]);
}, 60_000);

it('live connections get the current roles of their users', async () => {
  const raid = await startRaidApp();
  const anna = await connect(raid.url, 'anna');
  const verifier = raid.app.get(TokenVerifier);
  verifier.currentStatuses = (principals) => Promise.resolve(principals.map(() => ({ roles: ['leader'] })));
  await raid.app.get(Reverification).run();
  expect(raid.app.get(ConnectionRegistry).get(anna.socket.id ?? '')?.principal).toMatchObject({
    userId: 'anna',
    roles: ['leader'],
  });
  await raid.close();
});
