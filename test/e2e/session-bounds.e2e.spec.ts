/** What one user can make the server keep: sessions, rooms of a session, and connections over time are bounded. */
import { roomName, type RoomName } from '@aeturnis/contracts';
import { type Caller, Clock, RealtimeService, RoomService } from '@aeturnis/realtime';
import { Connections } from '../../libs/realtime/src/connections/connections';
import type { RaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import { client, connect, until } from '../support/client';
import { metric } from '../support/metrics';
import { type Away, back, blow, gone, hornsOf, newName, RaidWorld } from '../support/raid-world';

let world: RaidWorld;

beforeAll(async () => {
  world = await RaidWorld.open();
});
afterEach(() => world.clear());
afterAll(() => world.close());

const callerOf = (node: RaidApp, name: string): Caller => {
  const [connection] = node.app.get(Connections).ofUser(name);
  if (!connection) throw new Error(`${name} is not connected here`);
  return connection;
};
const raidRooms = (count: number): RoomName[] =>
  Array.from({ length: count }, () => roomName(RAID_KIND, newName('raid')));
async function enter(node: RaidApp, { name }: Away, rooms: readonly RoomName[]): Promise<void> {
  for (const room of rooms) await node.app.get(RoomService).enter(callerOf(node, name), room);
}

/** One more connection of the user, which breaks once it is set up. */
async function leaveSession(node: RaidApp, name: string): Promise<void> {
  const { socket } = await connect(node.url, name);
  const { id = '' } = socket;
  socket.io.engine.close();
  await until(() => node.app.get(Connections).get(id) === undefined, 'the server has noticed');
}

describe.each([
  ['with Redis', (environment?: Record<string, string>) => world.withRedis(environment)],
  ['in memory', (environment?: Record<string, string>) => world.alone(environment)],
])('%s', (_, startNodes) => {
  it('sessions: a user who leaves more behind than are kept loses the oldest one, over all nodes', async () => {
    const { west, east } = await startNodes({ SESSIONS_PER_USER: '3' });
    const anna = await world.enter(west);
    const stay = async (others: number, times: number): Promise<void> => {
      await anna.gate.shut();
      await gone(anna);
      for (let n = 0; n < others; n++) await leaveSession(n % 2 === 0 ? east : west, anna.name);
      await anna.gate.open();
      await back(anna, times);
    };
    await stay(2, 1);
    expect(anna.returns).toEqual([true]);
    await stay(3, 2);
    expect(anna.returns).toEqual([true, false]);
    // From then on it is kept like any other.
    await stay(0, 3);
    expect(anna.returns).toEqual([true, false, true]);
  });

  it('rooms: a connection in more rooms than are kept starts afresh, and gets no part of what it missed', async () => {
    const { west, east } = await startNodes({ RECOVERY_MAX_ROOMS: '10' });
    const [anna, ben] = [await world.enter(west), await world.enter(west)];
    const [few, many] = [raidRooms(4), raidRooms(12)];
    await enter(west, ben, few);
    await enter(west, anna, many);
    for (const away of [anna, ben]) {
      await away.gate.shut();
      await gone(away);
    }
    for (const room of [...few, ...many]) blow(east, room, room);
    for (const away of [anna, ben]) {
      await away.gate.open();
      await back(away);
      await away.client.settled();
    }
    expect([ben.returns, hornsOf(ben.client)]).toEqual([[true], few]);
    expect([anna.returns, hornsOf(anna.client)]).toEqual([[false], []]);
    expect(callerOf(west, anna.name)).toBeDefined();
    expect(many.filter((room) => west.app.get(RoomService).has(callerOf(west, anna.name), room))).toEqual([]);
  });

  it('rooms: sessions of one user that share many rooms miss nothing, and get nothing from before they joined', async () => {
    const { west, east } = await startNodes();
    const first = await world.enter(west);
    const rooms = raidRooms(200);
    const [early = '', late = ''] = rooms;
    await enter(west, first, rooms);
    blow(east, early, 'before the second');
    await until(() => hornsOf(first.client).length === 1, 'the first has it');
    const gate = await world.gate(west.url);
    const options = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 };
    const second = { name: first.name, client: await connect(gate.url, first.name, options), returns: [] as boolean[] };
    second.client.socket.on('connect', () => second.returns.push(second.client.socket.recovered));
    const own = west.app.get(Connections).get(second.client.socket.id ?? '');
    if (!own) throw new Error('the second is not connected');
    const roomsOfWest = west.app.get(RoomService);
    await Promise.all(rooms.map((room) => roomsOfWest.enter(own, room)));
    await roomsOfWest.leave(own, late);
    await Promise.all([first.gate.shut(), gate.shut()]);
    await Promise.all([gone(first), gone(second)]);
    for (const room of [early, late, rooms[100] ?? '']) blow(east, room, `to ${rooms.indexOf(room)}`);
    east.app.get(RoomService).evict(first.name, early);
    blow(east, early, 'after the eviction');
    await Promise.all([first.gate.open(), gate.open()]);
    await Promise.all([back(first), back(second)]);
    for (const each of [first, second]) await each.client.settled();
    expect([first.returns, second.returns]).toEqual([[true], [true]]);
    expect(hornsOf(first.client)).toEqual(['before the second', 'to 0', 'to 1', 'to 100']);
    expect(hornsOf(second.client)).toEqual(['to 0', 'to 100']);
  });
});

it('connections: one who connects too often is sent away, keeps the session, and comes back unaided', async () => {
  const { west } = await world.alone({ LIMITS: 'on', CONNECTS_PER_USER: '6', TRUSTED_PROXIES: '0' });
  const clock = west.app.get(Clock);
  let now = clock.now();
  clock.now = () => now;
  const anna = await world.enter(west);
  await anna.gate.shut();
  await gone(anna);
  const refusals = (): Promise<number> => metric(west.url, 'aeturnis_handshakes_refused_total{code="RATE_LIMITED"}');
  const outcomes: string[] = [];
  for (let n = 0; n < 6; n++) {
    const { socket } = client(west.url, anna.name);
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
  await connect(west.url, newName('ben'));
  await anna.gate.open();
  await until(async () => (await refusals()) > 3, 'its own client is sent away too');
  expect(anna.returns).toEqual([]);
  now += 10_000;
  await back(anna);
  expect(anna.returns).toEqual([true]);
});

it('missed bytes: one who names an old offset again and again is sent away until later, and keeps the session', async () => {
  const PART = 1024 * 1024;
  const { west } = await world.alone({ LIMITS: 'on', MAX_WRITE_BUFFER_BYTES: String(PART), TRUSTED_PROXIES: '0' });
  const clock = west.app.get(Clock);
  let now = clock.now();
  clock.now = () => now;
  const anna = await world.enter(west);
  const { _pid: pid, _lastOffset: offset } = anna.client.socket as unknown as { _pid: string; _lastOffset: string };
  await anna.gate.shut();
  await gone(anna);
  const filling = 'x'.repeat(90_000);
  for (let n = 0; n < 10; n++)
    west.app.get(RealtimeService).emitToUser(anna.name, 'raid:horn', { by: `${n}${filling}` });
  /** @returns how many of the missed events came, or why none did. */
  const comeBack = async (): Promise<number | string> => {
    const attempt = client(west.url, undefined, { auth: { token: anna.name, pid, offset } });
    const { socket } = attempt;
    const outcome = await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.io.once('close', (reason) => resolve(reason));
    });
    if (outcome === 'connected') await attempt.settled();
    socket.io.engine.close();
    return outcome === 'connected' ? hornsOf(attempt).length : outcome;
  };
  // Other tests of this process are counted as well.
  const refusals = () =>
    Promise.all(
      ['RATE_LIMITED', 'UNAVAILABLE'].map((code) =>
        metric(west.url, `aeturnis_handshakes_refused_total{code="${code}"}`),
      ),
    );
  const [limitedBefore = 0, unavailableBefore] = await refusals();
  const outcomes: (number | string)[] = [];
  for (let n = 0; n < 6; n++) outcomes.push(await comeBack());
  expect(outcomes).toEqual([10, 10, 10, 10, 10, 'transport close']);
  expect(await metric(west.url, 'aeturnis_recoveries_total{outcome="limited"}')).toBe(1);
  expect(await refusals()).toEqual([limitedBefore + 1, unavailableBefore]);
  // Nobody else is kept waiting.
  await connect(west.url, newName('ben'));
  now += 30_000;
  await anna.gate.open();
  await back(anna);
  expect(anna.returns).toEqual([true]);
  await until(() => hornsOf(anna.client).length === 10, 'all is there');
});
