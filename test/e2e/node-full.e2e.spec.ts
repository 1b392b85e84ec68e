/** What a node holds as a whole is bounded: connections, those of guests among them, and the rooms of all connections. */
import { roomName, type RoomName } from '@aeturnis/contracts';
import { type Caller, RoomMemberships, RoomService } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { Connections } from '../../libs/realtime/src/connections/connections';
import type { RaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import { client, connect, isSentAway, type TestClient, until } from '../support/client';
import { metric } from '../support/metrics';
import { back, gone, newName, RaidWorld } from '../support/raid-world';

/** Of its own, of its user, of the chat and of the events of all. */
const STANDING = 4;
const FULL = { code: 'UNAVAILABLE', retryable: true, retryAfterMs: expect.any(Number) };

let world: RaidWorld;

beforeAll(async () => {
  world = await RaidWorld.open();
});
afterEach(() => world.clear());
afterAll(() => world.close());

const open = async ({ app }: RaidApp, { socket: { id = '' } }: TestClient): Promise<Caller> => {
  const found = (): Caller | undefined => app.get(Connections).get(id);
  await until(() => found() !== undefined, 'the connection is open');
  return found() as Caller;
};
const rooms = (count: number): RoomName[] => Array.from({ length: count }, () => roomName(RAID_KIND, newName('raid')));
const held = ({ app }: RaidApp): number => app.get(RoomMemberships).held;
const counted = ({ app }: RaidApp): number => {
  const { sids } = app.get(SocketServer).io.of('/').adapter;
  return [...sids.values()].reduce((sum, { size }) => sum + size, 0);
};

it('connections: past the bound a client is sent away, a guest already past the share of guests', async () => {
  const { west } = await world.alone({ LIMITS: 'on', MAX_CONNECTIONS: '4', GUEST_SHARE_PERCENT: '50' });
  const [guest] = [await connect(west.url, 'guest-1'), await connect(west.url, 'guest-2')];
  expect(await isSentAway(client(west.url, 'guest-3').socket)).toBe(true);
  await connect(west.url, 'anna');
  await connect(west.url, 'ben');
  expect(await isSentAway(client(west.url, 'cleo').socket)).toBe(true);
  expect(await metric(west.url, 'aeturnis_node_full_total{what="guests"}')).toBe(1);
  expect(await metric(west.url, 'aeturnis_node_full_total{what="connections"}')).toBe(1);
  guest.close();
  await until(() => west.app.get(Connections).size === 3, 'one has gone');
  await connect(west.url, 'guest-4');
});

it('rooms: counts what connections are in, exactly, whatever way they come in and go', async () => {
  const { west } = await world.alone();
  const service = west.app.get(RoomService);
  const clients = [await connect(west.url, 'anna'), await connect(west.url, 'anna'), await connect(west.url, 'ben')];
  const [anna, other, ben] = (await Promise.all(clients.map((each) => open(west, each)))) as [Caller, Caller, Caller];
  const shared = rooms(3) as [RoomName, RoomName, RoomName];
  for (const room of shared) for (const caller of [anna, other]) await service.enter(caller, room);
  await service.enter(anna, shared[0]);
  await service.leave(ben, shared[0]);
  await service.leave(other, shared[1]);
  service.evict('anna', shared[2]);
  expect(held(west)).toBe(3 * STANDING + 3);
  expect(held(west)).toBe(counted(west));
  for (const each of clients.slice(0, 2)) each.close();
  await until(() => west.app.get(Connections).size === 1, 'they have gone');
  expect(held(west)).toBe(STANDING);
  expect(held(west)).toBe(counted(west));
});

it('rooms: past the bound commands that would join are refused, and so are clients, until others leave', async () => {
  const { west } = await world.alone({ MAX_ROOM_MEMBERSHIPS: '20' });
  const anna = await connect(west.url, 'anna');
  const caller = await open(west, anna);
  for (const room of rooms(20 - 2 * STANDING)) await west.app.get(RoomService).enter(caller, room);
  const ben = await connect(west.url, 'ben');
  expect(held(west)).toBe(20);
  expect(await ben.send('raid:join', { raidId: 'late' })).toMatchObject({ success: false, error: FULL });
  expect(await isSentAway(client(west.url, 'cleo').socket)).toBe(true);
  expect(held(west)).toBe(20);
  expect(await metric(west.url, 'aeturnis_node_full_total{what="rooms"}')).toBe(2);
  anna.close();
  await until(() => west.app.get(Connections).size === 1, 'she has gone');
  expect(await ben.send('raid:join', { raidId: 'late' })).toMatchObject({ success: true });
  await connect(west.url, 'cleo');
});

it('rooms: guests leave a part of the bound to others', async () => {
  const { west } = await world.alone({ MAX_ROOM_MEMBERSHIPS: '20', GUEST_SHARE_PERCENT: '50' });
  await connect(west.url, 'guest-1');
  const guest = await connect(west.url, 'guest-2');
  expect(await isSentAway(client(west.url, 'guest-3').socket)).toBe(true);
  expect(await guest.send('raid:join', { raidId: 'a' })).toMatchObject({ success: true });
  expect(await guest.send('raid:join', { raidId: 'b' })).toMatchObject({ success: true });
  expect(await guest.send('raid:join', { raidId: 'c' })).toMatchObject({ success: false, error: FULL });
  const anna = await connect(west.url, 'anna');
  expect(await anna.send('raid:join', { raidId: 'c' })).toMatchObject({ success: true });
});

it('rooms: a client is refused where the rooms that its domains forecast do not fit', async () => {
  const { west } = await world.alone({ MAX_ROOM_MEMBERSHIPS: '17', CONVERSATIONS_PER_USER: '10' });
  const asked: string[] = [];
  west.app.get(RoomMemberships).forecastBy((userId) => {
    asked.push(userId);
    return Promise.resolve(userId === 'anna' ? 9 : 1);
  });
  await connect(west.url, 'ben');
  // So far every connection fits for certain.
  expect(asked).toEqual([]);
  await connect(west.url, 'cleo');
  expect(await isSentAway(client(west.url, 'anna').socket)).toBe(true);
  expect(asked).toEqual(['cleo', 'anna']);
});

describe.each([
  ['with Redis', (environment: Record<string, string>) => world.withRedis(environment)],
  ['in memory', (environment: Record<string, string>) => world.alone(environment)],
])('%s', (_, startNodes) => {
  it('a connection whose user is admitted to a room that does not fit is closed, and comes back afresh', async () => {
    const { west, east } = await startNodes({ MAX_ROOM_MEMBERSHIPS: '12' });
    const anna = await world.enter(west);
    const ben = await connect(west.url, 'ben');
    const [room = '', ...others] = rooms(5);
    for (const each of others) await west.app.get(RoomService).enter(await open(west, ben), each);
    const before = anna.client.socket.id;
    east.app.get(RoomService).admit(anna.name, room);
    expect(await anna.client.event('system:disconnected')).toMatchObject({
      code: 'OVERLOADED',
      reconnect: true,
      retryAfterMs: expect.any(Number),
    });
    await back(anna);
    expect(anna.returns).toEqual([false]);
    expect(anna.client.socket.id).not.toBe(before);
  });

  it('a session whose rooms do not fit is sent away, and comes back by itself once they do', async () => {
    const { west } = await startNodes({ MAX_ROOM_MEMBERSHIPS: '20' });
    const anna = await world.enter(west);
    const caller = await open(west, anna.client);
    const service = west.app.get(RoomService);
    for (const room of rooms(10)) await service.enter(caller, room);
    await anna.gate.shut();
    await gone(anna);
    await until(() => west.app.get(Connections).size === 0, 'the server has noticed');
    const ben = await connect(west.url, 'ben');
    for (const room of rooms(8)) await service.enter(await open(west, ben), room);
    const sentAway = isSentAway(anna.client.socket);
    await anna.gate.open();
    expect(await sentAway).toBe(true);
    expect(held(west)).toBe(counted(west));
    ben.close();
    await until(() => west.app.get(Connections).size === 0, 'ben has gone');
    await back(anna);
    expect(anna.returns).toEqual([true]);
    expect(held(west)).toBe(STANDING + 10);
  });
});
