/** Rooms and users over two nodes, as other modules see them: admitted, evicted, counted, reached, disconnected. */
import { roomName } from '@aeturnis/contracts';
import { Membership, RealtimeService, RoomService } from '@aeturnis/realtime';
import { type RaidApp, startRaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import { closeClients, connect, type TestClient, until } from '../support/client';
import { type RedisServer, startRedis } from '../support/redis-server';

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
const horns = (client: TestClient): unknown[] => client.all('raid:horn');

it('members and counts are those of the cluster, a user counts once, and empty rooms vanish', async () => {
  const [anna, ben, raid] = names();
  const room = roomName(RAID_KIND, raid);
  const clients = [await connect(west.url, anna), await connect(east.url, anna), await connect(east.url, ben)];
  for (const client of clients)
    expect(await client.send('raid:join', { raidId: raid })).toMatchObject({ success: true });
  for (const node of [west, east]) {
    expect(await rooms(node).count(room)).toEqual({ count: 2, local: false });
    expect((await rooms(node).members(room)).users.toSorted()).toEqual([anna, ben]);
  }
  clients[0]?.close();
  clients[2]?.close();
  await until(async () => (await rooms(west).count(room)).count === 1, 'one user left');
  clients[1]?.close();
  await until(async () => (await rooms(west).count(room)).count === 0, 'nobody left');
});

it('the members of a large room are all told', async () => {
  const membership = west.app.get(Membership);
  const users = Array.from({ length: 2_500 }, (_, index) => `soldier${index}`);
  await Promise.all(users.map((user) => membership.join('raid:army', user, `socket of ${user}`)));
  expect((await rooms(east).members('raid:army')).users.toSorted()).toEqual(users.toSorted());
  await Promise.all(users.map((user) => membership.leave('raid:army', user, `socket of ${user}`)));
});

it('a broadcast reaches the room on all nodes, without those left out', async () => {
  const [anna, ben, raid] = names();
  const [near, far] = [await connect(west.url, anna), await connect(east.url, ben)];
  const outside = await connect(east.url, `outside${serial}`);
  await near.send('raid:join', { raidId: raid });
  await far.send('raid:join', { raidId: raid });
  await near.event('raid:horn', ({ by }) => by === ben);
  near.forget();
  rooms(west).broadcast(roomName(RAID_KIND, raid), 'raid:horn', { by: 'west' }, { except: near.socket.id ?? '' });
  expect(await far.event('raid:horn', ({ by }) => by === 'west')).toEqual({ by: 'west' });
  await Promise.all([near.settled(), outside.settled()]);
  expect([horns(near), horns(outside)]).toEqual([[], []]);
});

it('a user is admitted and evicted with all connections, from any node', async () => {
  const [anna, , raid] = names();
  const room = roomName(RAID_KIND, raid);
  const tabs = [await connect(west.url, anna), await connect(east.url, anna)];
  rooms(east).admit(anna, room);
  await until(async () => (await realtime(west).getUserSockets(anna)).length === 2, 'both tabs are known');
  await until(async () => {
    rooms(west).broadcast(room, 'raid:horn', { by: 'all' });
    await Promise.all(tabs.map((tab) => tab.settled()));
    return tabs.every((tab) => horns(tab).length > 0);
  }, 'both tabs hear the room');
  rooms(west).evict(anna, room);
  await until(async () => (await rooms(east).count(room)).count === 0, 'the room is empty');
  await until(async () => {
    for (const tab of tabs) tab.forget();
    rooms(west).broadcast(room, 'raid:horn', { by: 'nobody' });
    rooms(east).broadcast(room, 'raid:horn', { by: 'nobody' });
    await Promise.all(tabs.map((tab) => tab.settled()));
    return tabs.every((tab) => horns(tab).length === 0);
  }, 'no tab hears the room');
});

it('users, their sockets and their presence are known on every node', async () => {
  const [anna, ben] = names();
  const [one, two] = [await connect(west.url, anna), await connect(east.url, anna)];
  expect(await realtime(east).isUserOnline(anna)).toBe(true);
  expect(await realtime(west).areOnline([ben, anna])).toEqual([false, true]);
  expect((await realtime(west).getUserSockets(anna)).toSorted((a, b) => a.nodeId.localeCompare(b.nodeId))).toEqual([
    { nodeId: 'east', socketId: two.socket.id },
    { nodeId: 'west', socketId: one.socket.id },
  ]);
  const page = await realtime(west).getOnlineUsers({ limit: 1000 });
  expect(page.users).toContain(anna);
  expect(await realtime(east).getOnlineCount()).toBe(page.users.length);
  expect((await realtime(east).getNodes()).map(({ nodeId }) => nodeId).toSorted()).toEqual(['east', 'west']);
});

it('an event reaches all connections of a user and everybody, typed by the contract', async () => {
  const [anna, ben] = names();
  const [one, two, other] = [
    await connect(west.url, anna),
    await connect(east.url, anna),
    await connect(east.url, ben),
  ];
  realtime(west).emitToUser(anna, 'raid:horn', { by: 'mother' });
  await Promise.all([one, two].map((tab) => tab.event('raid:horn', ({ by }) => by === 'mother')));
  realtime(east).broadcastToAll('raid:horn', { by: 'king' });
  await Promise.all([one, two, other].map((tab) => tab.event('raid:horn', ({ by }) => by === 'king')));
  expect(horns(other)).toEqual([{ by: 'king' }]);
});

it('a user is disconnected everywhere, in the way after which stock clients stay away', async () => {
  const [anna] = names();
  const tabs = [
    await connect(west.url, anna, { reconnection: true }),
    await connect(east.url, anna, { reconnection: true }),
  ];
  const reasons = tabs.map((tab) => new Promise((resolve) => tab.socket.once('disconnect', resolve)));
  realtime(east).disconnectUser(anna, { code: 'KICKED', message: 'Out' });
  expect(await Promise.all(reasons)).toEqual(['io server disconnect', 'io server disconnect']);
  for (const tab of tabs)
    expect(tab.all('system:disconnected')).toEqual([{ code: 'KICKED', message: 'Out', reconnect: false }]);
  await until(async () => !(await realtime(west).isUserOnline(anna)), 'offline');
});

describe('while Redis is away', () => {
  it('a node serves its own, says that it knows only those, and obeys disconnections', async () => {
    const [anna, ben, raid] = names();
    const room = roomName(RAID_KIND, raid);
    const [near, far] = [await connect(west.url, anna), await connect(east.url, ben)];
    await far.send('raid:join', { raidId: `${raid}-far` });
    await redis.stop();
    await until(async () => (await rooms(west).count(room)).local, 'the node has noticed');
    expect(await near.send('raid:join', { raidId: raid })).toEqual({ success: true, users: [anna] });
    expect(await rooms(west).count(room)).toEqual({ count: 1, local: true });
    realtime(west).emitToUser(anna, 'raid:horn', { by: 'local' });
    expect(await near.event('raid:horn', ({ by }) => by === 'local')).toEqual({ by: 'local' });
    rooms(west).evict(ben, roomName(RAID_KIND, `${raid}-far`));
    const late = await connect(west.url, `late${serial}`);
    expect(await late.send('system:ping')).toMatchObject({ success: true });
    const gone = new Promise((resolve) => late.socket.once('disconnect', resolve));
    realtime(west).disconnectUser(`late${serial}`, { code: 'KICKED', message: 'Out' });
    expect(await gone).toBe('io server disconnect');
    // Redis comes back empty: everything is registered anew, nobody was lost.
    await redis.restart();
    await until(async () => (await realtime(east).areOnline([anna, ben])).every(Boolean), 'both are known again');
    await until(async () => (await rooms(east).count(room)).count === 1, 'the room is known again');
    expect(await rooms(east).count(room)).toEqual({ count: 1, local: false });
    await until(async () => {
      realtime(west).emitToUser(ben, 'raid:horn', { by: 'again' });
      await far.settled();
      return horns(far).length > 0;
    }, 'events cross nodes again');
    await until(
      async () => (await rooms(east).count(roomName(RAID_KIND, `${raid}-far`))).count === 0,
      'what was said meanwhile is obeyed',
    );
  }, 60_000);
});
