/** Bounds on what one user makes the server keep: sessions, rooms per session, and connections over time. */
import { roomName, type RoomName } from '@aeturnis/contracts';
import { type Caller, Clock, RealtimeService, RoomService } from '@aeturnis/realtime';
import { ConnectionRegistry } from '../../libs/realtime/src/connections/connection-registry';
import type { RaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import { createTestClient, connect, waitUntil } from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import {
  type RaidClient,
  emitHorn,
  receivedHorns,
  numberedName,
  useRaidCluster,
} from '../support/servers/raid-cluster';

const world = useRaidCluster();

const callerOf = (node: RaidApp, name: string): Caller => {
  const [connection] = node.app.get(ConnectionRegistry).ofUser(name);
  if (!connection) throw new Error(`${name} is not connected here`);
  return connection;
};
const raidRooms = (count: number): RoomName[] =>
  Array.from({ length: count }, () => roomName(RAID_KIND, numberedName('raid')));
async function enter(node: RaidApp, { name }: RaidClient, rooms: readonly RoomName[]): Promise<void> {
  for (const room of rooms) await node.app.get(RoomService).enter(callerOf(node, name), room);
}

/** Opens another connection of the user and drops it, so that its session is kept. */
async function leaveSession(node: RaidApp, name: string): Promise<void> {
  const { socket } = await connect(node.url, name);
  const { id = '' } = socket;
  socket.io.engine.close();
  await waitUntil(() => node.app.get(ConnectionRegistry).get(id) === undefined, 'the server notices the drop');
}

describe.each([
  ['with Redis', (environment?: Record<string, string>) => world.startTwoNodes(environment)],
  ['in memory', (environment?: Record<string, string>) => world.startSingleNode(environment)],
])('%s', (_, startNodes) => {
  it('sessions: a user with more kept sessions than allowed loses the oldest one, over all nodes', async () => {
    const { west, east } = await startNodes({ SESSIONS_PER_USER: '3' });
    const anna = await world.connectThroughGate(west);
    const stayOffline = async (others: number, times: number): Promise<void> => {
      await anna.gate.close();
      await anna.waitForDisconnect();
      for (let n = 0; n < others; n++) await leaveSession(n % 2 === 0 ? east : west, anna.name);
      await anna.gate.open();
      await anna.waitForReconnect(times);
    };
    await stayOffline(2, 1);
    expect(anna.reconnects).toEqual([true]);
    await stayOffline(3, 2);
    expect(anna.reconnects).toEqual([true, false]);
    // The new session is kept like any other.
    await stayOffline(0, 3);
    expect(anna.reconnects).toEqual([true, false, true]);
  });

  it('rooms: a connection in more rooms than are kept starts a new session, without a partial replay', async () => {
    const { west, east } = await startNodes({ RECOVERY_MAX_ROOMS: '10' });
    const [anna, ben] = [await world.connectThroughGate(west), await world.connectThroughGate(west)];
    const [few, many] = [raidRooms(4), raidRooms(12)];
    await enter(west, ben, few);
    await enter(west, anna, many);
    for (const raider of [anna, ben]) {
      await raider.gate.close();
      await raider.waitForDisconnect();
    }
    for (const room of [...few, ...many]) emitHorn(east, room, room);
    for (const raider of [anna, ben]) {
      await raider.gate.open();
      await raider.waitForReconnect();
      await raider.client.roundTrip();
    }
    expect([ben.reconnects, receivedHorns(ben.client)]).toEqual([[true], few]);
    expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[false], []]);
    expect(callerOf(west, anna.name)).toBeDefined();
    expect(many.filter((room) => west.app.get(RoomService).has(callerOf(west, anna.name), room))).toEqual([]);
  });

  it('rooms: sessions of one user that share many rooms miss nothing, and get nothing from before they joined', async () => {
    const { west, east } = await startNodes();
    const first = await world.connectThroughGate(west);
    const rooms = raidRooms(200);
    const [early = '', late = ''] = rooms;
    await enter(west, first, rooms);
    emitHorn(east, early, 'before the second');
    await waitUntil(() => receivedHorns(first.client).length === 1, 'the first client receives it');
    const second = await world.connectThroughGate(west, first.name);
    const connection = west.app.get(ConnectionRegistry).get(second.client.socket.id ?? '');
    if (!connection) throw new Error('the second client has no connection on this node');
    const roomsOfWest = west.app.get(RoomService);
    await Promise.all(rooms.map((room) => roomsOfWest.enter(connection, room)));
    await roomsOfWest.leave(connection, late);
    await Promise.all([first.gate.close(), second.gate.close()]);
    await Promise.all([first.waitForDisconnect(), second.waitForDisconnect()]);
    for (const room of [early, late, rooms[100] ?? '']) emitHorn(east, room, `to ${rooms.indexOf(room)}`);
    east.app.get(RoomService).evict(first.name, early);
    emitHorn(east, early, 'after the eviction');
    await Promise.all([first.gate.open(), second.gate.open()]);
    await Promise.all([first.waitForReconnect(), second.waitForReconnect()]);
    for (const raider of [first, second]) await raider.client.roundTrip();
    expect([first.reconnects, second.reconnects]).toEqual([[true], [true]]);
    expect(receivedHorns(first.client)).toEqual(['before the second', 'to 0', 'to 1', 'to 100']);
    expect(receivedHorns(second.client)).toEqual(['to 0', 'to 100']);
  });
});

it('connections: a user that connects too often is refused, keeps the session, and resumes by itself', async () => {
  const { west } = await world.startSingleNode({ LIMITS: 'on', CONNECTS_PER_USER: '6', TRUSTED_PROXIES: '0' });
  const clock = west.app.get(Clock);
  let now = clock.now();
  clock.now = () => now;
  const anna = await world.connectThroughGate(west);
  await anna.gate.close();
  await anna.waitForDisconnect();
  const refusals = (): Promise<number> =>
    readMetric(west.url, 'aeturnis_handshakes_refused_total{code="RATE_LIMITED"}');
  const outcomes: string[] = [];
  for (let n = 0; n < 6; n++) {
    const { socket } = createTestClient(west.url, anna.name);
    outcomes.push(
      await new Promise<string>((resolve) => {
        socket.once('connect', () => resolve('connected'));
        socket.once('connect_error', ({ message }) => resolve(message));
        socket.io.once('close', (reason) => resolve(reason));
      }),
    );
    socket.disconnect();
  }
  expect(outcomes).toEqual([
    'connected',
    'connected',
    'connected',
    'transport close',
    'transport close',
    'transport close',
  ]);
  expect(await refusals()).toBe(3);
  await connect(west.url, numberedName('ben'));
  await anna.gate.open();
  await waitUntil(async () => (await refusals()) > 3, 'the client of the user is refused too');
  expect(anna.reconnects).toEqual([]);
  now += 10_000;
  await anna.waitForReconnect();
  expect(anna.reconnects).toEqual([true]);
});

it('missed bytes: a client that repeats an old offset is refused for a time, and keeps the session', async () => {
  const PART = 1024 * 1024;
  const { west } = await world.startSingleNode({
    LIMITS: 'on',
    MAX_WRITE_BUFFER_BYTES: String(PART),
    TRUSTED_PROXIES: '0',
  });
  const clock = west.app.get(Clock);
  let now = clock.now();
  clock.now = () => now;
  const anna = await world.connectThroughGate(west);
  const { _pid: pid, _lastOffset: offset } = anna.client.socket as unknown as { _pid: string; _lastOffset: string };
  await anna.gate.close();
  await anna.waitForDisconnect();
  const filling = 'x'.repeat(90_000);
  for (let n = 0; n < 10; n++)
    west.app.get(RealtimeService).emitToUser(anna.name, 'raid:horn', { by: `${n}${filling}` });
  /** @returns the number of replayed events, or the reason for a refusal. */
  const attemptResume = async (): Promise<number | string> => {
    const attempt = createTestClient(west.url, undefined, { auth: { token: anna.name, pid, offset } });
    const { socket } = attempt;
    const outcome = await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.io.once('close', (reason) => resolve(reason));
    });
    if (outcome === 'connected') await attempt.roundTrip();
    socket.io.engine.close();
    return outcome === 'connected' ? receivedHorns(attempt).length : outcome;
  };
  // The counters include other tests of this process.
  const refusals = () =>
    Promise.all(
      ['RATE_LIMITED', 'UNAVAILABLE'].map((code) =>
        readMetric(west.url, `aeturnis_handshakes_refused_total{code="${code}"}`),
      ),
    );
  const [limitedBefore = 0, unavailableBefore] = await refusals();
  const outcomes: (number | string)[] = [];
  for (let n = 0; n < 6; n++) outcomes.push(await attemptResume());
  expect(outcomes).toEqual([10, 10, 10, 10, 10, 'transport close']);
  expect(await readMetric(west.url, 'aeturnis_recoveries_total{outcome="limited"}')).toBe(1);
  expect(await refusals()).toEqual([limitedBefore + 1, unavailableBefore]);
  // Other users are admitted at once.
  await connect(west.url, numberedName('ben'));
  now += 30_000;
  await anna.gate.open();
  await anna.waitForReconnect();
  expect(anna.reconnects).toEqual([true]);
  await waitUntil(() => receivedHorns(anna.client).length === 10, 'all events are replayed');
});
