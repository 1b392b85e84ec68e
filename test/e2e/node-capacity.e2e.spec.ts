/** The limits of a node as a whole: connections, connections of guests, and room memberships. */
import { roomName, type RoomName } from '@aeturnis/contracts';
import { type Caller, RoomMembershipLimit, RoomService } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { ConnectionRegistry } from '../../libs/realtime/src/connections/connection-registry';
import type { RaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import {
  createTestClient,
  connect,
  isClosedBeforeAdmission,
  type TestClient,
  waitUntil,
} from '../support/clients/client';
import { readMetric } from '../support/servers/metrics';
import { numberedName, useRaidCluster } from '../support/servers/raid-cluster';

/** Rooms of every connection: its own, its user's, the hall of the raids and the global events. */
const BASE_ROOMS = 4;
const FULL = { code: 'UNAVAILABLE', retryable: true, retryAfterMs: expect.any(Number) };

const world = useRaidCluster();

const callerOf = async ({ app }: RaidApp, { socket: { id = '' } }: TestClient): Promise<Caller> => {
  const found = (): Caller | undefined => app.get(ConnectionRegistry).get(id);
  await waitUntil(() => found() !== undefined, 'the connection is open');
  return found() as Caller;
};
const rooms = (count: number): RoomName[] =>
  Array.from({ length: count }, () => roomName(RAID_KIND, numberedName('raid')));
const heldMemberships = ({ app }: RaidApp): number => app.get(RoomMembershipLimit).held;
const socketRoomCount = ({ app }: RaidApp): number => {
  const { sids } = app.get(SocketServer).io.of('/').adapter;
  return [...sids.values()].reduce((sum, { size }) => sum + size, 0);
};

it('connections: beyond the limit a client is closed, a guest already beyond the share of guests', async () => {
  const { west } = await world.startSingleNode({ LIMITS: 'on', MAX_CONNECTIONS: '4', GUEST_SHARE_PERCENT: '50' });
  const [guest] = [await connect(west.url, 'guest-1'), await connect(west.url, 'guest-2')];
  expect(await isClosedBeforeAdmission(createTestClient(west.url, 'guest-3').socket)).toBe(true);
  await connect(west.url, 'anna');
  await connect(west.url, 'ben');
  expect(await isClosedBeforeAdmission(createTestClient(west.url, 'cleo').socket)).toBe(true);
  expect(await readMetric(west.url, 'aeturnis_node_full_total{what="guests"}')).toBe(1);
  expect(await readMetric(west.url, 'aeturnis_node_full_total{what="connections"}')).toBe(1);
  guest.close();
  await waitUntil(() => west.app.get(ConnectionRegistry).size === 3, 'one guest is disconnected');
  await connect(west.url, 'guest-4');
});

it('rooms: the count equals the memberships of all sockets, however they are entered and left', async () => {
  const { west } = await world.startSingleNode();
  const service = west.app.get(RoomService);
  const clients = [await connect(west.url, 'anna'), await connect(west.url, 'anna'), await connect(west.url, 'ben')];
  const [anna, other, ben] = (await Promise.all(clients.map((tab) => callerOf(west, tab)))) as [Caller, Caller, Caller];
  const shared = rooms(3) as [RoomName, RoomName, RoomName];
  for (const room of shared) for (const caller of [anna, other]) await service.enter(caller, room);
  await service.enter(anna, shared[0]);
  await service.leave(ben, shared[0]);
  await service.leave(other, shared[1]);
  service.evict('anna', shared[2]);
  expect(heldMemberships(west)).toBe(3 * BASE_ROOMS + 3);
  expect(heldMemberships(west)).toBe(socketRoomCount(west));
  for (const client of clients.slice(0, 2)) client.close();
  await waitUntil(() => west.app.get(ConnectionRegistry).size === 1, 'both clients are disconnected');
  expect(heldMemberships(west)).toBe(BASE_ROOMS);
  expect(heldMemberships(west)).toBe(socketRoomCount(west));
});

it('rooms: beyond the limit joins and new clients are refused, until others disconnect', async () => {
  const { west } = await world.startSingleNode({ MAX_ROOM_MEMBERSHIPS: '20' });
  const anna = await connect(west.url, 'anna');
  const caller = await callerOf(west, anna);
  for (const room of rooms(20 - 2 * BASE_ROOMS)) await west.app.get(RoomService).enter(caller, room);
  const ben = await connect(west.url, 'ben');
  expect(heldMemberships(west)).toBe(20);
  expect(await ben.send('raid:join', { raidId: 'late' })).toMatchObject({ success: false, error: FULL });
  expect(await isClosedBeforeAdmission(createTestClient(west.url, 'cleo').socket)).toBe(true);
  expect(heldMemberships(west)).toBe(20);
  expect(await readMetric(west.url, 'aeturnis_node_full_total{what="rooms"}')).toBe(2);
  anna.close();
  await waitUntil(() => west.app.get(ConnectionRegistry).size === 1, 'Anna is disconnected');
  expect(await ben.send('raid:join', { raidId: 'late' })).toMatchObject({ success: true });
  await connect(west.url, 'cleo');
});

it('rooms: guests leave a part of the limit to other users', async () => {
  const { west } = await world.startSingleNode({ MAX_ROOM_MEMBERSHIPS: '20', GUEST_SHARE_PERCENT: '50' });
  await connect(west.url, 'guest-1');
  const guest = await connect(west.url, 'guest-2');
  expect(await isClosedBeforeAdmission(createTestClient(west.url, 'guest-3').socket)).toBe(true);
  expect(await guest.send('raid:join', { raidId: 'a' })).toMatchObject({ success: true });
  expect(await guest.send('raid:join', { raidId: 'b' })).toMatchObject({ success: true });
  expect(await guest.send('raid:join', { raidId: 'c' })).toMatchObject({ success: false, error: FULL });
  const anna = await connect(west.url, 'anna');
  expect(await anna.send('raid:join', { raidId: 'c' })).toMatchObject({ success: true });
});

it('rooms: a client whose forecast rooms do not fit is refused', async () => {
  const { west } = await world.startSingleNode({ MAX_ROOM_MEMBERSHIPS: '17' });
  const forecastUsers: string[] = [];
  west.app.get(RoomMembershipLimit).addForecast((userId) => {
    forecastUsers.push(userId);
    return Promise.resolve(userId === 'anna' ? 9 : 1);
  }, 10);
  await connect(west.url, 'ben');
  // The forecast is not called while every connection is sure to fit.
  expect(forecastUsers).toEqual([]);
  await connect(west.url, 'cleo');
  expect(await isClosedBeforeAdmission(createTestClient(west.url, 'anna').socket)).toBe(true);
  expect(forecastUsers).toEqual(['cleo', 'anna']);
});

describe.each([
  ['with Redis', (environment: Record<string, string>) => world.startTwoNodes(environment)],
  ['in memory', (environment: Record<string, string>) => world.startSingleNode(environment)],
])('%s', (_, startNodes) => {
  it('a connection is closed if its user is admitted to a room that does not fit, and reconnects anew', async () => {
    const { west, east } = await startNodes({ MAX_ROOM_MEMBERSHIPS: '12' });
    const anna = await world.connectThroughGate(west);
    const ben = await connect(west.url, 'ben');
    const [room = '', ...others] = rooms(5);
    for (const other of others) await west.app.get(RoomService).enter(await callerOf(west, ben), other);
    const before = anna.client.socket.id;
    east.app.get(RoomService).admit(anna.name, room);
    expect(await anna.client.waitForEvent('system:disconnected')).toMatchObject({
      code: 'OVERLOADED',
      reconnect: true,
      retryAfterMs: expect.any(Number),
    });
    await anna.waitForReconnect();
    expect(anna.reconnects).toEqual([false]);
    expect(anna.client.socket.id).not.toBe(before);
  });

  it('a session whose rooms do not fit is closed before admission, and resumes once they fit', async () => {
    const { west } = await startNodes({ MAX_ROOM_MEMBERSHIPS: '20' });
    const anna = await world.connectThroughGate(west);
    const caller = await callerOf(west, anna.client);
    const service = west.app.get(RoomService);
    for (const room of rooms(10)) await service.enter(caller, room);
    await anna.gate.close();
    await anna.waitForDisconnect();
    await waitUntil(() => west.app.get(ConnectionRegistry).size === 0, 'the server notices the disconnect');
    const ben = await connect(west.url, 'ben');
    for (const room of rooms(8)) await service.enter(await callerOf(west, ben), room);
    const closed = isClosedBeforeAdmission(anna.client.socket);
    await anna.gate.open();
    expect(await closed).toBe(true);
    expect(heldMemberships(west)).toBe(socketRoomCount(west));
    ben.close();
    await waitUntil(() => west.app.get(ConnectionRegistry).size === 0, 'Ben is disconnected');
    await anna.waitForReconnect();
    expect(anna.reconnects).toEqual([true]);
    expect(heldMemberships(west)).toBe(BASE_ROOMS + 10);
  });
});
