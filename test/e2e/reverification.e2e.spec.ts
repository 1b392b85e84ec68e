/** A ban, a logout or a change of roles that a node could not be told of, because Redis was away, acts when Redis is back. */
import { Connections, TokenVerifier } from '@aeturnis/realtime';
import { Reverification } from '../../libs/realtime/src/auth/reverification';
import { startRaidApp } from '../other-app/raid-app';
import { closeClients, connect, registerAdmin, registerPlayer, until } from '../support/client';
import { Gate } from '../support/gate';
import { call } from '../support/http';
import { createMigratedDatabase } from '../support/postgres';
import { startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

afterEach(closeClients);
afterAll(stopServerProcesses);

const redisIs = (node: ServerProcess, status: string): Promise<void> =>
  until(async () => {
    const { body } = await call(node.url, 'GET', '/health/ready');
    return body['status'] === status;
  }, `readiness is ${status}`);

it('those who lost their right meanwhile are closed, and nobody else', async () => {
  const [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
  const gate = await Gate.before(redis.url);
  await gate.open();
  const shared = { DATABASE_URL: database.url, ADMIN_USERS: 'boss' };
  const [west, east] = await Promise.all([
    startServerProcess({ ...shared, REDIS_URL: redis.url }),
    startServerProcess({ ...shared, REDIS_URL: gate.url }),
  ]);
  const boss = await registerAdmin(west.url);
  const players = await Promise.all([registerPlayer(east.url), registerPlayer(east.url), registerPlayer(east.url)]);
  const [banned, gone, bystander] = players;
  const clients = await Promise.all(players.map(({ accessToken }) => connect(east.url, accessToken)));
  await gate.shut();
  await redisIs(east, 'degraded');

  const ban = { token: boss.accessToken, body: { reason: 'spam' } };
  expect((await call(west.url, 'POST', `/api/admin/users/${banned.id}/ban`, ban)).status).toBe(204);
  const logout = { token: gone.accessToken, body: { refreshToken: gone.refreshToken } };
  expect((await call(west.url, 'POST', '/api/auth/logout', logout)).status).toBeLessThan(300);
  await Promise.all(clients.map((each) => each.settled()));
  await gate.open();

  const ends = clients.slice(0, 2).map((each) => each.event('system:disconnected', undefined, 20_000));
  expect(await Promise.all(ends)).toMatchObject([
    { code: 'ACCOUNT_DISABLED', reconnect: false },
    { code: 'LOGGED_OUT', reconnect: false },
  ]);
  await expect(connect(east.url, banned.accessToken)).rejects.toMatchObject({ data: { code: 'ACCOUNT_DISABLED' } });
  await expect(connect(east.url, gone.accessToken)).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });
  await clients[2]?.settled();
  expect((await call(east.url, 'GET', '/api/me', { token: bystander.accessToken })).status).toBe(200);
  await stopServerProcesses();
  await gate.shut();
  await Promise.all([redis.stop(), database.drop()]);
}, 60_000);

it('live connections act with the roles that their users have now', async () => {
  const raid = await startRaidApp();
  const anna = await connect(raid.url, 'anna');
  const verifier = raid.app.get(TokenVerifier);
  verifier.standing = (principals) => Promise.resolve(principals.map(() => ({ roles: ['leader'] })));
  await raid.app.get(Reverification).run();
  expect(raid.app.get(Connections).get(anna.socket.id ?? '')?.principal).toMatchObject({
    userId: 'anna',
    roles: ['leader'],
  });
  await raid.close();
});
