/** What a resumed client gets: events and rooms after evictions and admissions, within bounds, with Redis and without. */
import { setTimeout as delay } from 'node:timers/promises';
import { roomName } from '@aeturnis/contracts';
import { Redis } from 'ioredis';
import { RealtimeService, RoomService, SystemSync } from '@aeturnis/realtime';
import { RedisResumeStore } from '../../libs/realtime/src/resume/stores/redis-resume-store';
import { RAID_KIND } from '../other-app/raid.contract';
import { createTestClient, connect, waitUntil } from '../support/clients/client';
import { emitHorn, receivedHorns, numberedName, useRaidCluster } from '../support/servers/raid-cluster';

declare module '@aeturnis/contracts' {
  interface SystemSyncParts {
    slow: boolean;
  }
}

const world = useRaidCluster();

/** The channels of plain pub/sub with subscribers. */
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

  it('admits the first client only once it knows the journal position, so that this client resumes its session', async () => {
    const readPosition = RedisResumeStore.prototype.readPosition;
    jest.spyOn(RedisResumeStore.prototype, 'readPosition').mockImplementation(async function (this: RedisResumeStore) {
      await delay(2_000);
      return readPosition.call(this);
    });
    const { west } = await world.startTwoNodes();
    const anna = await world.connectThroughGate(west);
    anna.gate.resetConnections();
    await anna.waitForReconnect();
    expect(anna.reconnects).toEqual([true]);
  });

  it('starts without the journal position if Redis answers too late, and notifies clients once they can resume', async () => {
    let answer = (): void => undefined;
    const redisAnswers = new Promise<void>((resolve) => (answer = resolve));
    const readPosition = RedisResumeStore.prototype.readPosition;
    jest.spyOn(RedisResumeStore.prototype, 'readPosition').mockImplementation(async function (this: RedisResumeStore) {
      await redisAnswers;
      return readPosition.call(this);
    });
    const { west } = await world.startTwoNodes();
    const anna = await world.connectThroughGate(west);
    expect(anna.client.eventsNamed('system:recoverable')).toEqual([]);
    answer();
    await anna.client.waitForEvent('system:recoverable');
    anna.gate.resetConnections();
    await anna.waitForReconnect();
    expect(anna.reconnects).toEqual([true]);
  });
});

describe.each([
  ['with Redis', (environment?: Record<string, string>) => world.startTwoNodes(environment)],
  ['in memory', (environment?: Record<string, string>) => world.startSingleNode(environment)],
])('%s', (_, startNodes) => {
  it('replays the events of the client’s rooms, and makes it a member of them again', async () => {
    const { west, east } = await startNodes();
    const anna = await world.connectThroughGate(west);
    const room = roomName(RAID_KIND, numberedName('raid'));
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    emitHorn(east, room, 'before');
    await waitUntil(() => receivedHorns(anna.client).includes('before'), 'the horn before');
    await anna.gate.close();
    await anna.waitForDisconnect();
    for (const by of ['one', 'two', 'three']) emitHorn(east, room, by);
    east.app.get(RealtimeService).emitToUser(anna.name, 'raid:horn', { by: 'to you' });
    east.app.get(RealtimeService).broadcastToAll('raid:horn', { by: 'to all' });
    emitHorn(east, roomName(RAID_KIND, 'elsewhere'), 'elsewhere');
    await anna.gate.open();
    await anna.waitForReconnect();
    await anna.client.roundTrip();
    expect(anna.reconnects).toEqual([true]);
    expect(receivedHorns(anna.client)).toEqual(['before', 'one', 'two', 'three', 'to you', 'to all']);
    await waitUntil(async () => (await east.app.get(RoomService).members(room)).users.includes(anna.name), 'a member');
    emitHorn(east, room, 'live');
    await waitUntil(() => receivedHorns(anna.client).at(-1) === 'live', 'the horn afterwards');
  });

  it('sends system:sync after a resume if the client had not received it, and only once', async () => {
    const { west } = await startNodes();
    let finishSync = (): void => undefined;
    const syncReady = new Promise<void>((resolve) => (finishSync = resolve));
    west.app.get(SystemSync).register('slow', () => syncReady.then(() => true));
    const gate = await world.openGate(west.url);
    const anna = createTestClient(gate.url, numberedName('anna'), { reconnection: true, reconnectionDelay: 50 });
    const connected = async (times: number): Promise<void> => {
      await waitUntil(() => anna.eventsNamed('system:connected').length === times, `connection ${times}`);
      expect(anna.eventsNamed('system:connected').at(-1)?.recovered).toBe(times > 1);
    };
    await connected(1);
    gate.resetConnections();
    await connected(2);
    expect(anna.eventsNamed('system:sync')).toEqual([]);
    finishSync();
    await anna.waitForEvent('system:sync');
    await anna.roundTrip();
    gate.resetConnections();
    await connected(3);
    await anna.roundTrip();
    expect(anna.eventsNamed('system:sync')).toHaveLength(1);
  });

  it('applies evictions and admissions from the time offline to the replay and to the rooms', async () => {
    const { west, east } = await startNodes();
    const anna = await world.connectThroughGate(west);
    const [evictedRaid, admittedRaid] = [numberedName('raid'), numberedName('raid')];
    await anna.client.send('raid:join', { raidId: evictedRaid });
    const [evictedRoom, admittedRoom] = [roomName(RAID_KIND, evictedRaid), roomName(RAID_KIND, admittedRaid)];
    const rooms = east.app.get(RoomService);
    await anna.gate.close();
    await anna.waitForDisconnect();
    emitHorn(east, evictedRoom, 'before the eviction');
    emitHorn(east, admittedRoom, 'before the admission');
    rooms.evict(anna.name, evictedRoom);
    rooms.admit(anna.name, admittedRoom);
    emitHorn(east, evictedRoom, 'after the eviction');
    emitHorn(east, admittedRoom, 'after the admission');
    await anna.gate.open();
    await anna.waitForReconnect();
    expect(anna.reconnects).toEqual([true]);
    await waitUntil(async () => (await rooms.members(admittedRoom)).users.includes(anna.name), 'anna is a member');
    emitHorn(east, evictedRoom, 'for members');
    emitHorn(east, admittedRoom, 'live');
    await waitUntil(() => receivedHorns(anna.client).includes('live'), 'the horn afterwards');
    expect(receivedHorns(anna.client)).toEqual(['before the eviction', 'after the admission', 'live']);
    expect((await rooms.members(evictedRoom)).users).toEqual([]);
  });

  it('delivers what was emitted right before a disconnection by the server', async () => {
    const { west } = await startNodes();
    const anna = await world.connectThroughGate(west);
    const realtime = west.app.get(RealtimeService);
    for (const by of ['farewell', 'good bye']) realtime.emitToUser(anna.name, 'raid:horn', { by });
    realtime.disconnectUser(anna.name, { code: 'KICKED', message: 'Go' });
    await anna.waitForDisconnect();
    expect([receivedHorns(anna.client), anna.client.received.at(-1)?.event]).toEqual([
      ['farewell', 'good bye'],
      'system:disconnected',
    ]);
  });

  it('resumes after any number of events of its room that excluded the client', async () => {
    const { west, east } = await startNodes({ RECOVERY_MAX_EVENTS: '1200' });
    const anna = await world.connectThroughGate(west);
    const room = roomName(RAID_KIND, numberedName('raid'));
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    const except = anna.client.socket.id ?? '';
    for (let i = 0; i < 5_000; i++)
      east.app.get(RealtimeService).emitToRoom(room, 'raid:horn', { by: `${i}` }, { except });
    await waitUntil(() => anna.client.eventsNamed('system:recoverable').length >= 5, 'fresh offsets', 25_000);
    await anna.gate.close();
    await anna.waitForDisconnect();
    emitHorn(east, room, 'missed');
    await anna.gate.open();
    await anna.waitForReconnect();
    await waitUntil(() => receivedHorns(anna.client).length === 1, 'the missed horn');
    expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], ['missed']]);
  }, 40_000);

  it('starts a new session after a kick, after too many missed events, or after too long a time', async () => {
    const { west, east } = await startNodes({ RECOVERY_MAX_EVENTS: '100', RECOVERY_WINDOW_MS: '1000' });
    const anna = await world.connectThroughGate(west);
    const room = roomName(RAID_KIND, numberedName('raid'));
    await anna.client.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    await anna.gate.close();
    await anna.waitForDisconnect();
    const ben = await connect(east.url, numberedName('ben'));
    await ben.send('raid:join', { raidId: room.slice(RAID_KIND.length + 1) });
    for (let i = 0; i < 1_000; i++) emitHorn(east, room, `${i}`);
    // By then all of them are in the journal.
    await waitUntil(() => ben.eventsNamed('raid:horn').length === 1_000, 'all horns');
    await anna.gate.open();
    await anna.waitForReconnect();
    expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[false], []]);
    await anna.gate.close();
    await anna.waitForDisconnect();
    east.app.get(RealtimeService).disconnectUser(anna.name, { code: 'KICKED', message: 'Go' });
    await anna.gate.open();
    await anna.waitForReconnect(2);
    expect(anna.reconnects).toEqual([false, false]);
  });
});

it('a session resumes with sharded pub/sub too', async () => {
  const { west, east } = await world.startTwoNodes({ REDIS_PUBSUB: 'sharded' });
  const anna = await world.connectThroughGate(west);
  const tick = (n: number): void => east.app.get(RealtimeService).broadcastToAll('raid:tick', { n });
  await waitUntil(() => {
    tick(1);
    return anna.client.eventsNamed('raid:tick').length > 0;
  }, 'volatile events are delivered');
  await anna.gate.close();
  await anna.waitForDisconnect();
  emitHorn(east, roomName('user', anna.name), 'missed');
  await anna.gate.open();
  await anna.waitForReconnect();
  await waitUntil(() => receivedHorns(anna.client).length === 1, 'the missed horn');
  expect([anna.reconnects, await plainChannels()]).toEqual([[true], []]);
});

it('a replay reaches only the tab that missed the event', async () => {
  const { west, east } = await world.startTwoNodes();
  const anna = await world.connectThroughGate(west);
  const tab = await connect(east.url, anna.name);
  await anna.gate.close();
  await anna.waitForDisconnect();
  east.app.get(RealtimeService).emitToUser(anna.name, 'raid:horn', { by: 'once' });
  await anna.gate.open();
  await anna.waitForReconnect();
  await anna.client.roundTrip();
  await tab.roundTrip();
  expect([receivedHorns(anna.client), tab.eventsNamed('raid:horn')]).toEqual([['once'], [{ by: 'once' }]]);
});
