/** A node that goes away under load: clients are told, spread over the time given, come back elsewhere, and nobody is missed. */
import { GLOBAL_EVENTS } from '@aeturnis/contracts';
import { RaidProcess } from '../other-app/raid-process';
import { Balancer } from '../support/balancer';
import { closeClients, connect, type Guest, playAsGuest, type TestClient, until } from '../support/client';
import { metric } from '../support/metrics';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { type RedisServer, startRedis } from '../support/redis-server';
import { type ServerProcess, startServerProcess, stopServerProcesses } from '../support/server';

const CLIENTS = 200;
/** Accounts that are made at once: all of them together would wait for the database for too long. */
const AT_ONCE = 20;
const STAY_AWAY = 10;
const DRAIN_MS = 2_000;
/** Soon: who is away for longer than a user lingers is told offline, and a busy machine takes its time as well. */
const COMES_BACK = { reconnection: true, reconnectionDelay: 200, reconnectionDelayMax: 400 };

let database: TestDatabase;
let redis: RedisServer;
beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startRedis()]);
});
afterEach(async () => {
  closeClients();
  await stopServerProcesses();
});
afterAll(() => Promise.all([redis.stop(), database.drop()]));

const startNode = (environment: Record<string, string> = {}): Promise<ServerProcess> =>
  startServerProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url, LIMITS: 'off', ...environment });

/** When each client's connection ended, in order. */
const endOf = (client: TestClient): Promise<{ at: number; reason: string }> =>
  new Promise((resolve) => client.socket.once('disconnect', (reason) => resolve({ at: Date.now(), reason })));

it('200 clients of two nodes are all on the other one when one has ended, and only those are told offline who stay away', async () => {
  const [west, east] = await Promise.all([startNode({ DRAIN_MS: String(DRAIN_MS), NODE_ID: 'west' }), startNode()]);
  const balancer = await Balancer.before([west.url, east.url]);
  const watcher = await connect(east.url, (await playAsGuest(east.url)).accessToken);
  const players: Guest[] = [];
  while (players.length < CLIENTS)
    players.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => playAsGuest(east.url)))));
  for (let start = 0; start < CLIENTS; start += 100) {
    await watcher.send('presence:subscribe', { userIds: players.slice(start, start + 100).map(({ id }) => id) });
  }
  const clients = await Promise.all(players.map(({ accessToken }) => connect(balancer.url, accessToken, COMES_BACK)));
  // The coming of a crowd is told after it is admitted: what is told later than this is told of the node's end.
  await until(() => watcher.all('player:online').length === CLIENTS, 'all are told online');
  const onWest = clients.filter((client) => client.all('system:connected')[0]?.nodeId === 'west');
  // About half: who has to try twice takes two turns of the balancer.
  expect(onWest.length).toBeGreaterThan(CLIENTS / 4);
  const quitters = onWest.slice(0, STAY_AWAY);
  for (const { socket } of quitters) socket.io.reconnection(false);
  for (const client of [...clients, watcher]) client.forget();

  const ends = Promise.all(onWest.map(endOf));
  west.kill('SIGTERM');
  await Promise.all(onWest.map((client) => client.event('system:draining')));
  expect((await fetch(`${west.url}/health/ready`)).status).toBe(503);
  const ended = await ends;
  expect(new Set(ended.map(({ reason }) => reason))).toEqual(new Set(['transport close']));
  expect(onWest.flatMap((client) => client.all('system:disconnected')).map(({ code }) => code)).toEqual(
    Array(onWest.length).fill('DRAINING'),
  );
  const times = ended.map(({ at }) => at);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(DRAIN_MS / 2);
  expect(await west.exited).toBe(0);
  expect(west.output()).not.toMatch(/failed|took longer/);

  const returned = onWest.filter((client) => !quitters.includes(client));
  await Promise.all(returned.map((client) => client.event('system:connected')));
  const remaining = CLIENTS - STAY_AWAY + 1;
  await until(async () => (await metric(east.url, 'aeturnis_connections')) === remaining, 'all are on the other node');
  expect(clients.filter(({ socket }) => socket.connected).length).toBe(CLIENTS - STAY_AWAY);

  const quitterIds = new Set(quitters.map((client) => players[clients.indexOf(client)]?.id));
  await until(() => watcher.all('player:offline').length >= STAY_AWAY, 'those who stay away are told offline');
  await watcher.settled();
  expect(new Set(watcher.all('player:offline').map(({ userId }) => userId))).toEqual(quitterIds);
  expect(watcher.all('player:offline').length).toBe(STAY_AWAY);
  expect(watcher.all('player:online')).toEqual([]);
  await balancer.close();
}, 120_000);

it('a second signal hurries', async () => {
  const node = await startNode({ DRAIN_MS: '25000' });
  const client = await connect(node.url, (await playAsGuest(node.url)).accessToken);
  const end = endOf(client);
  node.kill('SIGTERM');
  expect(await client.event('system:draining')).toEqual({ delayMs: 25_000 });
  node.kill('SIGTERM');
  expect(await end).toMatchObject({ reason: 'transport close' });
  expect(await node.exited).toBe(0);
});

it('a client that does not read is not waited for', async () => {
  const node = await RaidProcess.start({ DRAIN_MS: '0' });
  const [anna, slow] = await Promise.all([connect(node.url, 'anna'), connect(node.url, 'slow')]);
  slow.stopReading();
  await node.emit({ room: GLOBAL_EVENTS, event: 'raid:report', from: 0, count: 200, bytes: 50_000 });
  await anna.event('raid:report', ({ n }) => n === 199);
  expect(await node.end('SIGTERM')).toBe(0);
});
