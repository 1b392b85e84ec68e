/** Rooms and users over two nodes through the services of the library: admit, evict, count, emit, disconnect. */
import { roomName } from '@aeturnis/contracts';
import { Membership, RealtimeService, RoomService } from '@aeturnis/realtime';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import { closeClients, connect, type TestClient, waitUntil } from '../support/clients/client';
import { type RedisServer, startRedis } from '../support/redis/redis-server';

let redis: RedisServer;
let west: RaidApp;
let east: RaidApp;
const rooms = (node: RaidApp): RoomService => node.app.get(RoomService);
const realtime = (node: RaidApp): RealtimeService => node.app.get(RealtimeService);

beforeAll(async () => {
  redis = await startRedis();
  const environment = { REDIS_URL: redis.url, NODE_ENV: 'development' };
  west = await startRaidApp({ ...environment, NODE_ID: 'west' });
  east = await startRaidApp({ ...environment, NODE_ID: 'east' });
});
afterEach(closeClients);
afterAll(async () => {
  await Promise.all([west.close(), east.close()]);
  await redis.stop();
});

let serial = 0;
const names = (): [string, string, string] => [`anna${++serial}`, `ben${serial}`, `raid${serial}`];
const horns = (client: TestClient): unknown[] => client.eventsNamed('raid:horn');

it('members and counts cover the cluster, a user counts once, and empty rooms disappear', async () => {
  const [anna, ben, raid] = names();
  const room = roomName(RAID_KIND, raid);
  const clients = [await connect(west.url, anna), await connect(east.url, anna), await connect(east.url, ben)];
  for (const client of clients)
    expect(await client.send('raid:join', { raidId: raid })).toMatchObject({ success: true });
  for (const node of [west, east]) {
    expect(await rooms(node).count(room)).toEqual({ count: 2, isLocal: false });
    expect((await rooms(node).members(room)).users.toSorted()).toEqual([anna, ben]);
  }
  clients[0]?.close();
  clients[2]?.close();
  await waitUntil(async () => (await rooms(west).count(room)).count === 1, 'one user is in the room');
  clients[1]?.close();
  await waitUntil(async () => (await rooms(west).count(room)).count === 0, 'the room is empty');
});

it('all members of a large room are listed', async () => {
  const membership = west.app.get(Membership);
  const users = Array.from({ length: 2_500 }, (_, index) => `soldier${index}`);
  await Promise.all(users.map((user) => membership.join('raid:army', user, `socket of ${user}`)));
  expect((await rooms(east).members('raid:army')).users.toSorted()).toEqual(users.toSorted());
  await Promise.all(users.map((user) => membership.leave('raid:army', user, `socket of ${user}`)));
});

it('a broadcast reaches the room on all nodes, except for excluded sockets', async () => {
  const [anna, ben, raid] = names();
  const [annaClient, benClient] = [await connect(west.url, anna), await connect(east.url, ben)];
  const outside = await connect(east.url, `outside${serial}`);
  await annaClient.send('raid:join', { raidId: raid });
  await benClient.send('raid:join', { raidId: raid });
  await annaClient.waitForEvent('raid:horn', ({ by }) => by === ben);
  annaClient.clearReceived();
  rooms(west).broadcast(roomName(RAID_KIND, raid), 'raid:horn', { by: 'west' }, { except: annaClient.socket.id ?? '' });
  expect(await benClient.waitForEvent('raid:horn', ({ by }) => by === 'west')).toEqual({ by: 'west' });
  await Promise.all([annaClient.roundTrip(), outside.roundTrip()]);
  expect([horns(annaClient), horns(outside)]).toEqual([[], []]);
});

it('a user is admitted and evicted with all connections, from any node', async () => {
  const [anna, , raid] = names();
  const room = roomName(RAID_KIND, raid);
  const tabs = [await connect(west.url, anna), await connect(east.url, anna)];
  rooms(east).admit(anna, room);
  await waitUntil(async () => (await realtime(west).getUserSockets(anna)).length === 2, 'both tabs are known');
  await waitUntil(async () => {
    rooms(west).broadcast(room, 'raid:horn', { by: 'all' });
    await Promise.all(tabs.map((tab) => tab.roundTrip()));
    return tabs.every((tab) => horns(tab).length > 0);
  }, 'both tabs receive broadcasts');
  rooms(west).evict(anna, room);
  await waitUntil(async () => (await rooms(east).count(room)).count === 0, 'the room is empty');
  await waitUntil(async () => {
    for (const tab of tabs) tab.clearReceived();
    rooms(west).broadcast(room, 'raid:horn', { by: 'nobody' });
    rooms(east).broadcast(room, 'raid:horn', { by: 'nobody' });
    await Promise.all(tabs.map((tab) => tab.roundTrip()));
    return tabs.every((tab) => horns(tab).length === 0);
  }, 'no tab receives broadcasts');
});

it('users, their sockets and their presence are known on every node', async () => {
  const [anna, ben] = names();
  const [westTab, eastTab] = [await connect(west.url, anna), await connect(east.url, anna)];
  expect(await realtime(east).isUserOnline(anna)).toBe(true);
  expect(await realtime(west).areOnline([ben, anna])).toEqual([false, true]);
  expect((await realtime(west).getUserSockets(anna)).toSorted((a, b) => a.nodeId.localeCompare(b.nodeId))).toEqual([
    { nodeId: 'east', socketId: eastTab.socket.id },
    { nodeId: 'west', socketId: westTab.socket.id },
  ]);
  const page = await realtime(west).getOnlineUsers({ limit: 1000 });
  expect(page.users).toContain(anna);
  expect(await realtime(east).getOnlineCount()).toBe(page.users.length);
  expect((await realtime(east).getNodes()).map(({ nodeId }) => nodeId).toSorted()).toEqual(['east', 'west']);
});

it('an event reaches all connections of a user, or all users', async () => {
  const [anna, ben] = names();
  const [westTab, eastTab, other] = [
    await connect(west.url, anna),
    await connect(east.url, anna),
    await connect(east.url, ben),
  ];
  realtime(west).emitToUser(anna, 'raid:horn', { by: 'mother' });
  await Promise.all([westTab, eastTab].map((tab) => tab.waitForEvent('raid:horn', ({ by }) => by === 'mother')));
  realtime(east).broadcastToAll('raid:horn', { by: 'king' });
  await Promise.all([westTab, eastTab, other].map((tab) => tab.waitForEvent('raid:horn', ({ by }) => by === 'king')));
  expect(horns(other)).toEqual([{ by: 'king' }]);
});

it('a user is disconnected on all nodes without automatic reconnects', async () => {
  const [anna] = names();
  const tabs = [
    await connect(west.url, anna, { reconnection: true }),
    await connect(east.url, anna, { reconnection: true }),
  ];
  const reasons = tabs.map((tab) => new Promise((resolve) => tab.socket.once('disconnect', resolve)));
  realtime(east).disconnectUser(anna, { code: 'KICKED', message: 'Out' });
  expect(await Promise.all(reasons)).toEqual(['io server disconnect', 'io server disconnect']);
  for (const tab of tabs)
    expect(tab.eventsNamed('system:disconnected')).toEqual([{ code: 'KICKED', message: 'Out', reconnect: false }]);
  await waitUntil(async () => !(await realtime(west).isUserOnline(anna)), 'offline');
});

describe('during an outage of Redis', () => {
  it('a node serves its own users, marks answers as local, and applies disconnections', async () => {
    const [anna, ben, raid] = names();
    const room = roomName(RAID_KIND, raid);
    const [annaClient, benClient] = [await connect(west.url, anna), await connect(east.url, ben)];
    await benClient.send('raid:join', { raidId: `${raid}-far` });
    await redis.stop();
    await waitUntil(async () => (await rooms(west).count(room)).isLocal, 'the node notices the outage');
    expect(await annaClient.send('raid:join', { raidId: raid })).toEqual({ success: true, users: [anna] });
    expect(await rooms(west).count(room)).toEqual({ count: 1, isLocal: true });
    realtime(west).emitToUser(anna, 'raid:horn', { by: 'local' });
    expect(await annaClient.waitForEvent('raid:horn', ({ by }) => by === 'local')).toEqual({ by: 'local' });
    rooms(west).evict(ben, roomName(RAID_KIND, `${raid}-far`));
    const late = await connect(west.url, `late${serial}`);
    expect(await late.send('system:ping')).toMatchObject({ success: true });
    const disconnected = new Promise((resolve) => late.socket.once('disconnect', resolve));
    realtime(west).disconnectUser(`late${serial}`, { code: 'KICKED', message: 'Out' });
    expect(await disconnected).toBe('io server disconnect');
    // Redis restarts empty: every node registers its users again, and none is lost.
    await redis.restart();
    await waitUntil(async () => (await realtime(east).areOnline([anna, ben])).every(Boolean), 'both are known again');
    await waitUntil(async () => (await rooms(east).count(room)).count === 1, 'the room is known again');
    expect(await rooms(east).count(room)).toEqual({ count: 1, isLocal: false });
    await waitUntil(async () => {
      realtime(west).emitToUser(ben, 'raid:horn', { by: 'again' });
      await benClient.roundTrip();
      return horns(benClient).length > 0;
    }, 'events cross nodes again');
    await waitUntil(
      async () => (await rooms(east).count(roomName(RAID_KIND, `${raid}-far`))).count === 0,
      'the eviction during the outage is applied',
    );
  }, 60_000);
});
