/** Races of evictions, admissions, rooms and journal offsets with a resume: nothing leaks, and nothing is lost. */
import { setTimeout as delay } from 'node:timers/promises';
import { roomName, type RoomName } from '@aeturnis/contracts';
import { Redis } from 'ioredis';
import { type Caller, RealtimeService, RoomService } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { ConnectionRegistry } from '../../libs/realtime/src/connections/connection-registry';
import type { RaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import { createTestClient, connect, type TestClient, waitUntil } from '../support/clients/client';
import type { Gate } from '../support/faults/gate';
import {
  emitHorn,
  receivedHorns,
  numberedName,
  type RaidClient,
  useRaidCluster,
} from '../support/servers/raid-cluster';

const world = useRaidCluster();
let west: RaidApp;
let east: RaidApp;
let redisGate: Gate;
let anna: RaidClient;
let raidId: string;
let room: RoomName;

beforeEach(async () => {
  ({ west, east, redisGate } = await world.startTwoNodes());
  anna = await world.connectThroughGate(west);
  raidId = numberedName('raid');
  room = roomName(RAID_KIND, raidId);
});

const rooms = (node: RaidApp): RoomService => node.app.get(RoomService);
const callerOf = (node: RaidApp, { name }: Pick<RaidClient, 'name'>): Caller => {
  const [connection] = node.app.get(ConnectionRegistry).ofUser(name);
  if (!connection) throw new Error('the user has no connection on this node');
  return connection;
};
const join = (): Promise<unknown> => anna.client.send('raid:join', { raidId });
const overflowJournal = (node: RaidApp, events: number): void => {
  for (let i = 0; i < events; i++) emitHorn(node, roomName(RAID_KIND, 'elsewhere'), 'x');
};

/** Resolves once the journal has delivered every earlier entry to both nodes. */
async function untilJournalDelivered(): Promise<void> {
  const mark = numberedName('mark');
  for (const node of [west, east]) {
    const witness = await connect(node.url, numberedName('witness'));
    for (const sender of [west, east]) emitHorn(sender, roomName('user', witnessName(witness)), mark);
    await waitUntil(() => receivedHorns(witness).length === 2, 'the marks of both nodes are delivered');
    witness.close();
  }
}
const witnessName = (witness: TestClient): string => witness.eventsNamed('auth:success')[0]?.userId ?? '';

async function goOffline(): Promise<void> {
  await anna.gate.close();
  await anna.waitForDisconnect();
  await untilJournalDelivered();
}

async function reconnect(times = 1): Promise<void> {
  await anna.gate.open();
  await anna.waitForReconnect(times);
  await anna.client.roundTrip();
  await untilJournalDelivered();
}

/** Holds the handshakes on a node until `release`. */
function holdMiddleware(node: RaidApp): { isWaiting(): boolean; release(): void } {
  let next: (() => void) | undefined;
  let isReleased = false;
  node.app.get(SocketServer).io.use((_socket, proceed) => {
    if (isReleased) return proceed();
    next = proceed;
  });
  return {
    isWaiting: () => next !== undefined,
    release: () => {
      isReleased = true;
      next?.();
    },
  };
}

it('a newer offset than that of the session does not undo an eviction', async () => {
  await join();
  const { pid = '' } = anna.client.eventsNamed('system:connected')[0] ?? {};
  await goOffline();
  rooms(east).evict(anna.name, room);
  await untilJournalDelivered();
  const tab = await connect(east.url, anna.name);
  const { _lastOffset: offset } = tab.socket as unknown as { _lastOffset: string };
  const thief = createTestClient(east.url, undefined, { auth: { token: anna.name, pid, offset } });
  await waitUntil(() => thief.socket.connected, 'the thief is connected');
  emitHorn(east, room, 'secret');
  await untilJournalDelivered();
  await thief.roundTrip();
  expect(receivedHorns(thief)).toEqual([]);
});

it('an admission that has been applied is not applied again after a resume', async () => {
  rooms(east).admit(anna.name, room);
  await untilJournalDelivered();
  await rooms(west).leave(callerOf(west, anna), room);
  await goOffline();
  emitHorn(east, room, 'after leaving');
  await reconnect();
  emitHorn(east, room, 'live');
  await untilJournalDelivered();
  expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], []]);
});

it('an eviction that has been applied is not applied again after the user has joined anew', async () => {
  await join();
  rooms(east).evict(anna.name, room);
  await untilJournalDelivered();
  await join();
  await goOffline();
  emitHorn(east, room, 'missed');
  await reconnect();
  emitHorn(east, room, 'live');
  await untilJournalDelivered();
  expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], ['missed', 'live']]);
});

it('an event before leaving a room is replayed to the member, even if its connection was already dead', async () => {
  await join();
  anna.gate.resetConnections({ halfOpen: true });
  emitHorn(west, room, 'disbanded');
  await rooms(west).leave(callerOf(west, anna), room);
  await anna.waitForReconnect();
  await anna.client.roundTrip();
  expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], ['disbanded']]);
});

it('an event that another node emitted before an eviction reaches the connected user', async () => {
  await join();
  overflowJournal(east, 250);
  emitHorn(east, room, 'before');
  rooms(east).evict(anna.name, room);
  emitHorn(east, room, 'after');
  await untilJournalDelivered();
  expect(receivedHorns(anna.client)).toEqual(['before']);
});

it('an event from before the user entered the room is not replayed', async () => {
  const ben = numberedName('ben');
  await connect(west.url, ben);
  await rooms(west).enter(callerOf(west, { name: ben }), room);
  emitHorn(west, room, 'before my time');
  await rooms(west).enter(callerOf(west, anna), room);
  await goOffline();
  await reconnect();
  expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], []]);
});

it('an eviction between restore and connection is applied, however late it is delivered', async () => {
  await join();
  await goOffline();
  const { isWaiting, release } = holdMiddleware(west);
  await anna.gate.open();
  await waitUntil(isWaiting, 'the handshake is in the middleware');
  overflowJournal(east, 1_500);
  rooms(east).evict(anna.name, room);
  release();
  await anna.waitForReconnect();
  await untilJournalDelivered();
  emitHorn(east, room, 'secret');
  await untilJournalDelivered();
  expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], []]);
});

it('a kick between restore and connection is applied, and leaves no presence behind', async () => {
  await goOffline();
  const { isWaiting, release } = holdMiddleware(west);
  await anna.gate.open();
  await waitUntil(isWaiting, 'the handshake is in the middleware');
  overflowJournal(east, 1_500);
  east.app.get(RealtimeService).disconnectUser(anna.name, { code: 'KICKED', message: 'Go' });
  await delay(300);
  release();
  await untilJournalDelivered();
  await waitUntil(() => !anna.client.socket.connected, 'the client is disconnected');
  await waitUntil(() => west.app.get(ConnectionRegistry).size === 0, 'no connection is left');
  await waitUntil(async () => !(await west.app.get(RealtimeService).isUserOnline(anna.name)), 'offline');
});

it('a new epoch of the journal between restore and connection leads to a new session, not to a silent gap', async () => {
  overflowJournal(east, 300);
  await join();
  await goOffline();
  const { isWaiting, release } = holdMiddleware(west);
  await anna.gate.open();
  await waitUntil(isWaiting, 'the handshake is in the middleware');
  const probe = new Redis(world.redis.url);
  await probe.flushall();
  probe.disconnect();
  emitHorn(east, room, 'lost');
  // By then the node has checked that it receives the whole journal.
  await delay(2_500);
  release();
  await waitUntil(() => anna.reconnects.at(-1) === false, 'the client has a new session');
});

it('a room joined during a short outage of Redis is stored after the outage', async () => {
  await redisGate.close();
  await join();
  await anna.client.waitForEvent('system:error', ({ code }) => code === 'DEGRADED');
  const openedAt = Date.now();
  await redisGate.open();
  await anna.client.waitForEvent('system:recoverable', ({ serverTime }) => serverTime >= openedAt);
  await goOffline();
  emitHorn(east, room, 'missed');
  await reconnect();
  expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], ['missed']]);
});

it('many CONNECT packets on one connection leave no pending sockets', async () => {
  const polling = `${west.url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1)) as { sid: string };
  const body = Array.from({ length: 10_000 }, () => '40').join('\x1e');
  await fetch(`${polling}&sid=${sid}`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
  const { sockets } = west.app.get(SocketServer).io;
  const pending = (sockets as unknown as { _preConnectSockets: ReadonlyMap<string, unknown> })._preConnectSockets;
  await waitUntil(() => pending.size === 0, 'no socket is pending');
  expect(sockets.sockets.size).toBe(1);
});
