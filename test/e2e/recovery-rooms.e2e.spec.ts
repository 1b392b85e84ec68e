/** What a client gets back, and what it does not: rooms it lost or won while away, bounds; with Redis and without. */
import { setTimeout as delay } from 'node:timers/promises';
import { roomName } from '@aeturnis/contracts';
import { Redis } from 'ioredis';
import { RealtimeService, RoomService, SystemSync } from '@aeturnis/realtime';
import { RedisRecoveryStore } from '../../libs/realtime/src/recovery/redis-recovery-store';
import { RAID_KIND } from '../other-app/raid.contract';
import { client, connect, until } from '../support/client';
import { back, blow, gone, hornsOf, newName, RaidWorld } from '../support/raid-world';

let world: RaidWorld;

beforeAll(async () => {
  world = await RaidWorld.open();
});
afterEach(() => world.clear());
afterAll(() => world.close());

/** The channels of plain pub/sub that somebody listens to. */
async function plainChannels(): Promise<unknown> {
  const probe = new Redis(world.redis.url);
  try {
    const channels = (await probe.pubsub('CHANNELS')) as string[];
    return channels.filter((channel) => !channel.includes('canary'));
  } finally {
    probe.disconnect();
  }
}

describe('a node that starts while Redis is slow', () => {
  afterEach(() => jest.restoreAllMocks());

  it('takes the first client only when it knows the journal position, so that this client resumes its session', async () => {
    const hello = RedisRecoveryStore.prototype.hello;
    jest.spyOn(RedisRecoveryStore.prototype, 'hello').mockImplementation(async function (this: RedisRecoveryStore) {
      await delay(2_000);
      return hello.call(this);
    });
    const { west } = await world.withRedis();
    const anna = await world.enter(west);
    anna.gate.cut();
    await back(anna);
    expect(anna.returns).toEqual([true]);
  });

  it('starts without the journal position where Redis answers too late, and tells clients once they can resume', async () => {
    let answer = (): void => undefined;
    const answers = new Promise<void>((resolve) => (answer = resolve));
    const hello = RedisRecoveryStore.prototype.hello;
    jest.spyOn(RedisRecoveryStore.prototype, 'hello').mockImplementation(async function (this: RedisRecoveryStore) {
      await answers;
      return hello.call(this);
    });
    const { west } = await world.withRedis();
    const anna = await world.enter(west);
    expect(anna.client.all('system:recoverable')).toEqual([]);
    answer();
    await anna.client.event('system:recoverable');
    anna.gate.cut();
    await back(anna);
    expect(anna.returns).toEqual([true]);
  });
});

describe.each([
  ['with Redis', (environment?: Record<string, string>) => world.withRedis(environment)],
  ['in memory', (environment?: Record<string, string>) => world.alone(environment)],
])('%s', (_, startNodes) => {
  it('gets what came to its rooms while away, and is a member of them again', async () => {
    const { west, east } = await startNodes();
    const anna = await world.enter(west);
    const room = roomName(RAID_KIND, newName('raid'));
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    blow(east, room, 'before');
    await until(() => hornsOf(anna.client).includes('before'), 'the horn before');
    await anna.gate.shut();
    await gone(anna);
    for (const by of ['one', 'two', 'three']) blow(east, room, by);
    east.app.get(RealtimeService).emitToUser(anna.name, 'raid:horn', { by: 'to you' });
    east.app.get(RealtimeService).broadcastToAll('raid:horn', { by: 'to all' });
    blow(east, roomName(RAID_KIND, 'elsewhere'), 'elsewhere');
    await anna.gate.open();
    await back(anna);
    await anna.client.settled();
    expect(anna.returns).toEqual([true]);
    expect(hornsOf(anna.client)).toEqual(['before', 'one', 'two', 'three', 'to you', 'to all']);
    await until(async () => (await east.app.get(RoomService).members(room)).users.includes(anna.name), 'a member');
    blow(east, room, 'live');
    await until(() => hornsOf(anna.client).at(-1) === 'live', 'the horn afterwards');
  });

  it('is told how things are where it was cut off before it had been told, and once only', async () => {
    const { west } = await startNodes();
    let tell = (): void => undefined;
    const asked = new Promise<void>((resolve) => (tell = resolve));
    west.app.get(SystemSync).register('slow', () => asked);
    const gate = await world.gate(west.url);
    const anna = client(gate.url, newName('anna'), { reconnection: true, reconnectionDelay: 50 });
    const connected = async (times: number): Promise<void> => {
      await until(() => anna.all('system:connected').length === times, `connection ${times}`);
      expect(anna.all('system:connected').at(-1)?.recovered).toBe(times > 1);
    };
    await connected(1);
    gate.cut();
    await connected(2);
    expect(anna.all('system:sync')).toEqual([]);
    tell();
    await anna.event('system:sync');
    await anna.settled();
    gate.cut();
    await connected(3);
    await anna.settled();
    expect(anna.all('system:sync')).toHaveLength(1);
  });

  it('does not get what came after it was evicted while away, and is in what it was admitted to', async () => {
    const { west, east } = await startNodes();
    const anna = await world.enter(west);
    const [lost, won] = [newName('raid'), newName('raid')];
    await anna.client.send('raid:join', { raidId: lost });
    const [lostRoom, wonRoom] = [roomName(RAID_KIND, lost), roomName(RAID_KIND, won)];
    const rooms = east.app.get(RoomService);
    await anna.gate.shut();
    await gone(anna);
    blow(east, lostRoom, 'still yours');
    blow(east, wonRoom, 'not yet yours');
    rooms.evict(anna.name, lostRoom);
    rooms.admit(anna.name, wonRoom);
    blow(east, lostRoom, 'not yours');
    blow(east, wonRoom, 'yours');
    await anna.gate.open();
    await back(anna);
    expect(anna.returns).toEqual([true]);
    await until(async () => (await rooms.members(wonRoom)).users.includes(anna.name), 'a member');
    blow(east, lostRoom, 'never yours');
    blow(east, wonRoom, 'live');
    await until(() => hornsOf(anna.client).includes('live'), 'the horn afterwards');
    expect(hornsOf(anna.client)).toEqual(['still yours', 'yours', 'live']);
    expect((await rooms.members(lostRoom)).users).toEqual([]);
  });

  it('gets what was emitted right before it is sent away', async () => {
    const { west } = await startNodes();
    const anna = await world.enter(west);
    const realtime = west.app.get(RealtimeService);
    for (const by of ['farewell', 'good bye']) realtime.emitToUser(anna.name, 'raid:horn', { by });
    realtime.disconnectUser(anna.name, { code: 'KICKED', message: 'Go' });
    await gone(anna);
    expect([hornsOf(anna.client), anna.client.received.at(-1)?.event]).toEqual([
      ['farewell', 'good bye'],
      'system:disconnected',
    ]);
  });

  it('can come back however long it was left out of what was said in its room', async () => {
    const { west, east } = await startNodes({ RECOVERY_MAX_EVENTS: '1200' });
    const anna = await world.enter(west);
    const room = roomName(RAID_KIND, newName('raid'));
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    const except = anna.client.socket.id ?? '';
    for (let i = 0; i < 5_000; i++)
      east.app.get(RealtimeService).emitToRoom(room, 'raid:horn', { by: `${i}` }, { except });
    await until(() => anna.client.all('system:recoverable').length >= 5, 'fresh offsets', 25_000);
    await anna.gate.shut();
    await gone(anna);
    blow(east, room, 'missed');
    await anna.gate.open();
    await back(anna);
    await until(() => hornsOf(anna.client).length === 1, 'what it missed');
    expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], ['missed']]);
  }, 40_000);

  it('starts afresh after it was sent away, or after too much or too long', async () => {
    const { west, east } = await startNodes({ RECOVERY_MAX_EVENTS: '100', RECOVERY_WINDOW_MS: '1000' });
    const anna = await world.enter(west);
    const room = roomName(RAID_KIND, newName('raid'));
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    await anna.gate.shut();
    await gone(anna);
    const ben = await connect(east.url, newName('ben'));
    await ben.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    for (let i = 0; i < 1_000; i++) blow(east, room, `${i}`);
    // By then all of them are in the journal.
    await until(() => ben.all('raid:horn').length === 1_000, 'all horns');
    await anna.gate.open();
    await back(anna);
    expect([anna.returns, hornsOf(anna.client)]).toEqual([[false], []]);
    await anna.gate.shut();
    await gone(anna);
    east.app.get(RealtimeService).disconnectUser(anna.name, { code: 'KICKED', message: 'Go' });
    await anna.gate.open();
    await back(anna, 2);
    expect(anna.returns).toEqual([false, false]);
  });
});

it('goes on by sharded pub/sub all the same', async () => {
  const { west, east } = await world.withRedis({ REDIS_PUBSUB: 'sharded' });
  const anna = await world.enter(west);
  const tick = (n: number): void => east.app.get(RealtimeService).broadcastToAll('raid:tick', { n });
  await until(() => {
    tick(1);
    return anna.client.all('raid:tick').length > 0;
  }, 'what is volatile passes');
  await anna.gate.shut();
  await gone(anna);
  blow(east, roomName('user', anna.name), 'missed');
  await anna.gate.open();
  await back(anna);
  await until(() => hornsOf(anna.client).length === 1, 'what it missed');
  expect([anna.returns, await plainChannels()]).toEqual([[true], []]);
});

it('a replay tells each event to the tab that missed it alone', async () => {
  const { west, east } = await world.withRedis();
  const anna = await world.enter(west);
  const tab = await connect(east.url, anna.name);
  await anna.gate.shut();
  await gone(anna);
  east.app.get(RealtimeService).emitToUser(anna.name, 'raid:horn', { by: 'once' });
  await anna.gate.open();
  await back(anna);
  await anna.client.settled();
  await tab.settled();
  expect([hornsOf(anna.client), tab.all('raid:horn')]).toEqual([['once'], [{ by: 'once' }]]);
});
