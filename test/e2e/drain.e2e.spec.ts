/** Draining a node under load: clients are notified, disconnected over the drain period, and reconnect to the other node. */
import { GLOBAL_EVENTS } from '@aeturnis/contracts';
import { LEAVE_DELAY_MS } from '../../libs/realtime/src/cluster/presence/presence';
import { RaidProcess } from '../other-app/raid-process';
import { TcpLoadBalancer } from '../support/faults/tcp-load-balancer';
import { closeClients, connect, type Guest, playAsGuest, type TestClient, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { stopServerProcesses } from '../support/servers/server';
import { useNodeCluster } from '../support/servers/node-cluster';

const CLIENTS = 200;
/** Accounts created at a time; more of them at once would wait too long for the database. */
const ACCOUNT_BATCH = 20;
const QUITTERS = 10;
const DRAIN_MS = 2_000;
/** Short delays: a user that is away for longer than the leave delay is announced offline, and a busy machine adds to it. */
const RECONNECT = { reconnection: true, reconnectionDelay: 200, reconnectionDelayMax: 400 };

const cluster = useNodeCluster({ LIMITS: 'off' });
afterEach(async () => {
  closeClients();
  await stopServerProcesses();
});

/** When and why the connection of a client ends. */
const endOf = (client: TestClient): Promise<{ at: number; reason: string }> =>
  new Promise((resolve) => client.socket.once('disconnect', (reason) => resolve({ at: Date.now(), reason })));

/** Records for how long each of these clients is disconnected, once it has returned. */
function recordAbsences(clients: readonly TestClient[]): ReadonlyMap<TestClient, number> {
  const absences = new Map<TestClient, number>();
  for (const client of clients)
    client.socket.once('disconnect', () => {
      const from = Date.now();
      client.socket.once('connect', () => absences.set(client, Date.now() - from));
    });
  return absences;
}

it('200 clients of two nodes all end up on the other node, and only those that stay away go offline', async () => {
  const [west, east] = await Promise.all([
    cluster.startProcess({ DRAIN_MS: String(DRAIN_MS), NODE_ID: 'west' }),
    cluster.startProcess(),
  ]);
  const balancer = await TcpLoadBalancer.inFrontOf([west.url, east.url]);
  const watcher = await connect(east.url, (await playAsGuest(east.url)).accessToken);
  const players: Guest[] = [];
  while (players.length < CLIENTS)
    players.push(...(await Promise.all(Array.from({ length: ACCOUNT_BATCH }, () => playAsGuest(east.url)))));
  for (let start = 0; start < CLIENTS; start += 100) {
    await watcher.send('presence:subscribe', { userIds: players.slice(start, start + 100).map(({ id }) => id) });
  }
  const clients = await Promise.all(players.map(({ accessToken }) => connect(balancer.url, accessToken, RECONNECT)));
  // Online announcements follow admission; they must be over before the events of the drain are counted.
  await waitUntil(() => watcher.eventsNamed('player:online').length === CLIENTS, 'all users are announced online');
  const onWest = clients.filter((client) => client.eventsNamed('system:connected')[0]?.nodeId === 'west');
  // About half of them; a client that retries takes two turns of the balancer.
  expect(onWest.length).toBeGreaterThan(CLIENTS / 4);
  const quitters = onWest.slice(0, QUITTERS);
  for (const { socket } of quitters) socket.io.reconnection(false);
  for (const client of [...clients, watcher]) client.clearReceived();

  const ends = Promise.all(onWest.map(endOf));
  const absences = recordAbsences(onWest);
  west.kill('SIGTERM');
  await Promise.all(onWest.map((client) => client.waitForEvent('system:draining')));
  expect((await fetch(`${west.url}/health/ready`)).status).toBe(503);
  const ended = await ends;
  expect(new Set(ended.map(({ reason }) => reason))).toEqual(new Set(['transport close']));
  expect(onWest.flatMap((client) => client.eventsNamed('system:disconnected')).map(({ code }) => code)).toEqual(
    Array(onWest.length).fill('DRAINING'),
  );
  const times = ended.map(({ at }) => at);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(DRAIN_MS / 2);
  expect(await west.exited).toBe(0);
  expect(west.output()).not.toMatch(/failed|took longer/);

  const returned = onWest.filter((client) => !quitters.includes(client));
  await Promise.all(returned.map((client) => client.waitForEvent('system:connected')));
  const remaining = CLIENTS - QUITTERS + 1;
  await waitUntil(async () => (await readMetric(east.url, 'aeturnis_connections')) === remaining, 'all are connected');
  expect(clients.filter(({ socket }) => socket.connected).length).toBe(CLIENTS - QUITTERS);

  const announced = (name: 'player:offline' | 'player:online') =>
    watcher.eventsNamed(name).map(({ userId }) => clients[players.findIndex(({ id }) => id === userId)]!);
  await waitUntil(
    () => quitters.every((client) => announced('player:offline').includes(client)),
    'the users without a reconnect are announced offline',
  );
  await watcher.roundTrip();
  const offline = announced('player:offline');
  expect(new Set(offline).size).toBe(offline.length);
  // On a busy machine others may return too late.
  const late = offline.filter((client) => !quitters.includes(client));
  for (const client of late) expect(absences.get(client)).toBeGreaterThan(LEAVE_DELAY_MS / 2);
  await waitUntil(() => announced('player:online').length >= late.length, 'the late users are announced online');
  expect(new Set(announced('player:online'))).toEqual(new Set(late));
  await balancer.close();
}, 120_000);

it('a second signal ends the drain at once', async () => {
  const node = await cluster.startProcess({ DRAIN_MS: '25000' });
  const client = await connect(node.url, (await playAsGuest(node.url)).accessToken);
  const end = endOf(client);
  node.kill('SIGTERM');
  expect(await client.waitForEvent('system:draining')).toEqual({ delayMs: 25_000 });
  node.kill('SIGTERM');
  expect(await end).toMatchObject({ reason: 'transport close' });
  expect(await node.exited).toBe(0);
});

it('a drain does not wait for a client that does not read', async () => {
  const node = await RaidProcess.start({ DRAIN_MS: '0' });
  const [anna, slow] = await Promise.all([connect(node.url, 'anna'), connect(node.url, 'slow')]);
  slow.stopReading();
  await node.emit({ room: GLOBAL_EVENTS, event: 'raid:report', from: 0, count: 200, bytes: 50_000 });
  await anna.waitForEvent('raid:report', ({ n }) => n === 199);
  expect(await node.end('SIGTERM')).toBe(0);
});
