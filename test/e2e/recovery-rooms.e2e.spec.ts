/** What a client gets back, and what it does not: rooms it lost or won while away, bounds, an outage of Redis; with Redis and without. */
import { roomName } from '@aeturnis/contracts';
import { RealtimeService, RoomService } from '@aeturnis/realtime';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import { closeClients, connect, type TestClient, until } from '../support/client';
import { Gate } from '../support/gate';
import { type RedisServer, startRedis } from '../support/redis-server';

let redis: RedisServer;
let redisGate: Gate | undefined;
let gate: Gate;
let serial = 0;
const nodes: RaidApp[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  closeClients();
  await gate.shut();
  await Promise.all(nodes.splice(0).map((node) => node.close()));
  await redisGate?.shut();
});
afterAll(() => redis.stop());

const start = async (environment: Record<string, string> = {}): Promise<RaidApp> => {
  const node = await startRaidApp({ NODE_ENV: 'development', LIMITS: 'off', ...environment });
  nodes.push(node);
  return node;
};
const withRedis = async (environment: Record<string, string> = {}): Promise<[RaidApp, RaidApp]> => {
  redisGate = await Gate.before(redis.url);
  await redisGate.open();
  const [west, east] = await Promise.all([
    start({ REDIS_URL: redisGate.url, NODE_ID: 'west', ...environment }),
    start({ REDIS_URL: redis.url, NODE_ID: 'east', ...environment }),
  ]);
  return [west, east];
};
const alone = async (environment: Record<string, string> = {}): Promise<[RaidApp, RaidApp]> => {
  const node = await start(environment);
  return [node, node];
};

interface Away {
  name: string;
  client: TestClient;
  returns: boolean[];
}

async function enter(node: RaidApp): Promise<Away> {
  gate = await Gate.before(node.url);
  await gate.open();
  const name = `anna${++serial}`;
  const made = await connect(gate.url, name, {
    reconnection: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 100,
  });
  const returns: boolean[] = [];
  made.socket.on('connect', () => returns.push(made.socket.recovered));
  return { name, client: made, returns };
}

const gone = ({ client: { socket } }: Away): Promise<void> => until(() => !socket.connected, 'it has noticed');
const back = ({ returns }: Away, times = 1): Promise<void> => until(() => returns.length === times, 'it is back');
const horns = ({ client: made }: Away): string[] => made.all('raid:horn' as never).map(({ by }: { by: string }) => by);
const blow = (node: RaidApp, room: string, by: string): void =>
  node.app.get(RealtimeService).emitToRoom(room, 'raid:horn' as never, { by } as never);
const raid = (): string => `raid${++serial}`;

describe.each([
  ['with Redis', withRedis],
  ['in memory', alone],
])('%s', (_, startNodes) => {
  it('gets what came to its rooms while away, and is a member of them again', async () => {
    const [west, east] = await startNodes();
    const anna = await enter(west);
    const room = roomName(RAID_KIND, raid());
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    blow(east, room, 'before');
    await until(() => horns(anna).includes('before'), 'the horn before');
    await gate.shut();
    await gone(anna);
    for (const by of ['one', 'two', 'three']) blow(east, room, by);
    east.app.get(RealtimeService).emitToUser(anna.name, 'raid:horn' as never, { by: 'to you' } as never);
    east.app.get(RealtimeService).broadcastToAll('raid:horn' as never, { by: 'to all' } as never);
    blow(east, roomName(RAID_KIND, 'elsewhere'), 'elsewhere');
    await gate.open();
    await back(anna);
    await anna.client.settled();
    expect(anna.returns).toEqual([true]);
    expect(horns(anna)).toEqual(['before', 'one', 'two', 'three', 'to you', 'to all']);
    await until(async () => (await east.app.get(RoomService).members(room)).users.includes(anna.name), 'a member');
    blow(east, room, 'live');
    await until(() => horns(anna).at(-1) === 'live', 'the horn afterwards');
  });

  it('does not get what came after it was evicted while away, and is in what it was admitted to', async () => {
    const [west, east] = await startNodes();
    const anna = await enter(west);
    const [lost, won] = [raid(), raid()];
    await anna.client.send('raid:join', { raidId: lost });
    const [lostRoom, wonRoom] = [roomName(RAID_KIND, lost), roomName(RAID_KIND, won)];
    const rooms = east.app.get(RoomService);
    await gate.shut();
    await gone(anna);
    blow(east, lostRoom, 'still yours');
    blow(east, wonRoom, 'not yet yours');
    rooms.evict(anna.name, lostRoom);
    rooms.admit(anna.name, wonRoom);
    blow(east, lostRoom, 'not yours');
    blow(east, wonRoom, 'yours');
    await gate.open();
    await back(anna);
    expect(anna.returns).toEqual([true]);
    await until(async () => (await rooms.members(wonRoom)).users.includes(anna.name), 'a member');
    blow(east, lostRoom, 'never yours');
    blow(east, wonRoom, 'live');
    await until(() => horns(anna).includes('live'), 'the horn afterwards');
    expect(horns(anna)).toEqual(['still yours', 'yours', 'live']);
    expect((await rooms.members(lostRoom)).users).toEqual([]);
  });

  it('gets what was emitted right before it is sent away', async () => {
    const [west] = await startNodes();
    const anna = await enter(west);
    const realtime = west.app.get(RealtimeService);
    for (const by of ['farewell', 'good bye']) realtime.emitToUser(anna.name, 'raid:horn' as never, { by } as never);
    realtime.disconnectUser(anna.name, { code: 'KICKED', message: 'Go' });
    await gone(anna);
    expect([horns(anna), anna.client.received.at(-1)?.event]).toEqual([
      ['farewell', 'good bye'],
      'system:disconnected',
    ]);
  });

  it('can come back however long it was left out of what was said in its room', async () => {
    const [west, east] = await startNodes({ RECOVERY_MAX_EVENTS: '1200' });
    const anna = await enter(west);
    const room = roomName(RAID_KIND, raid());
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    const except = anna.client.socket.id ?? '';
    for (let i = 0; i < 5_000; i++)
      east.app.get(RealtimeService).emitToRoom(room, 'raid:horn' as never, { by: `${i}` } as never, { except });
    await until(() => anna.client.all('system:recoverable').length >= 5, 'fresh offsets', 25_000);
    await gate.shut();
    await gone(anna);
    blow(east, room, 'missed');
    await gate.open();
    await back(anna);
    await until(() => horns(anna).length === 1, 'what it missed');
    expect([anna.returns, horns(anna)]).toEqual([[true], ['missed']]);
  }, 40_000);

  it('starts afresh after it was sent away, or after too much or too long', async () => {
    const [west, east] = await startNodes({ RECOVERY_MAX_EVENTS: '100', RECOVERY_WINDOW_MS: '1000' });
    const anna = await enter(west);
    const room = roomName(RAID_KIND, raid());
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    await gate.shut();
    await gone(anna);
    const ben = await connect(east.url, `ben${serial}`);
    await ben.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    for (let i = 0; i < 1_000; i++) blow(east, room, `${i}`);
    // By then all of them are in the journal.
    await until(() => ben.all('raid:horn' as never).length === 1_000, 'all horns');
    await gate.open();
    await back(anna);
    expect([anna.returns, horns(anna)]).toEqual([[false], []]);
    await gate.shut();
    await gone(anna);
    east.app.get(RealtimeService).disconnectUser(anna.name, { code: 'KICKED', message: 'Go' });
    await gate.open();
    await back(anna, 2);
    expect(anna.returns).toEqual([false, false]);
  });
});

it('a replay tells each event to the tab that missed it alone', async () => {
  const [west, east] = await withRedis();
  const anna = await enter(west);
  const tab = await connect(east.url, anna.name);
  await gate.shut();
  await gone(anna);
  east.app.get(RealtimeService).emitToUser(anna.name, 'raid:horn' as never, { by: 'once' } as never);
  await gate.open();
  await back(anna);
  await anna.client.settled();
  await tab.settled();
  expect([horns(anna), tab.all('raid:horn' as never)]).toEqual([['once'], [{ by: 'once' }]]);
});

describe('while Redis is away', () => {
  it('a blip changes nothing', async () => {
    const [west] = await withRedis();
    const anna = await enter(west);
    await redisGate?.shut();
    for (const by of ['one', 'two'])
      west.app.get(RealtimeService).broadcastToAll('raid:horn' as never, { by } as never);
    await redisGate?.open();
    await until(() => horns(anna).length === 2, 'the horns');
    expect([horns(anna), anna.client.all('system:error')]).toEqual([['one', 'two'], []]);
  }, 30_000);

  it('events go on on this node, reach the others on its return, once, and then all can be recovered again', async () => {
    const [west, east] = await withRedis();
    const anna = await enter(west);
    const ben = await connect(east.url, `ben${serial}`);
    const hornsOf = (client: TestClient): string[] =>
      client.all('raid:horn' as never).map(({ by }: { by: string }) => by);
    const cutAt = Date.now();
    await redisGate?.shut();
    const all = (by: string): void =>
      west.app.get(RealtimeService).broadcastToAll('raid:horn' as never, { by } as never);
    all('held');
    await anna.client.event('system:error', ({ code }) => code === 'DEGRADED');
    all('alone');
    await until(() => horns(anna).length === 2, 'the horns');
    expect(hornsOf(ben)).toEqual([]);
    await redisGate?.open();
    await anna.client.event('system:recoverable', ({ serverTime }) => serverTime >= cutAt);
    await until(() => hornsOf(ben).length === 2, 'the other node hears');
    gate.cut();
    all('afterwards');
    await back(anna);
    expect(anna.returns).toEqual([true]);
    await until(() => horns(anna).includes('afterwards'), 'the horn afterwards');
    expect(horns(anna)).toEqual(['held', 'alone', 'afterwards']);
    await until(() => hornsOf(ben).length === 3, 'the other node hears');
    expect(hornsOf(ben)).toEqual(['held', 'alone', 'afterwards']);
  }, 30_000);

  it('an outage that outlasts the sessions in Redis closes nobody', async () => {
    const [west, east] = await withRedis({ RECOVERY_WINDOW_MS: '1000' });
    const anna = await enter(west);
    const ben = await connect(east.url, `ben${serial}`);
    await redisGate?.shut();
    await anna.client.event('system:error', ({ code }) => code === 'DEGRADED');
    const late = await connect(west.url, `late${serial}`);
    await late.event('system:error', ({ code }) => code === 'DEGRADED');
    west.app.get(RealtimeService).broadcastToAll('raid:horn' as never, { by: 'alone' } as never);
    const openedAt = Date.now();
    await redisGate?.open();
    await anna.client.event('system:recoverable', ({ serverTime }) => serverTime >= openedAt);
    await until(() => ben.all('raid:horn' as never).length === 1, 'the other node hears');
    expect([anna.returns, horns(anna), anna.client.socket.connected]).toEqual([[], ['alone'], true]);
    gate.cut();
    await back(anna);
    expect(anna.returns).toEqual([true]);
  }, 30_000);

  it('what is too much to be kept is owned up to', async () => {
    const [west, east] = await withRedis();
    const ben = await connect(east.url, `ben${++serial}`);
    gate = await Gate.before(west.url);
    await redisGate?.shut();
    for (let i = 0; i < 10_050; i++)
      west.app.get(RealtimeService).broadcastToAll('raid:horn' as never, { by: `${i}` } as never);
    await redisGate?.open();
    expect(await ben.event('system:resync', undefined, 25_000)).toMatchObject({ reason: 'lost' });
    const horns = ben.all('raid:horn' as never).map(({ by }: { by: string }) => by);
    expect([horns.length, horns[0], horns.at(-1)]).toEqual([10_000, '50', '10049']);
  }, 40_000);

  it('a Redis that comes back empty is said to have lost something, and all can be recovered again', async () => {
    const [west, east] = await withRedis();
    const anna = await enter(west);
    east.app.get(RealtimeService).broadcastToAll('raid:horn' as never, { by: 'before' } as never);
    await until(() => horns(anna).length === 1, 'the horn');
    const emptiedAt = Date.now();
    await redis.restart();
    await anna.client.event('system:resync', ({ reason }) => reason === 'epoch', 25_000);
    await anna.client.event('system:recoverable', ({ serverTime }) => serverTime >= emptiedAt);
    gate.cut();
    await back(anna);
    east.app.get(RealtimeService).broadcastToAll('raid:horn' as never, { by: 'after' } as never);
    await until(() => horns(anna).length === 2, 'the horn afterwards');
    expect([anna.returns, horns(anna)]).toEqual([[true], ['before', 'after']]);
  }, 40_000);
});
