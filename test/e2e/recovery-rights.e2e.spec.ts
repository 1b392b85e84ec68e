/** Rights, rooms and places of the journal that meet in bad moments: nothing is given that is not due, nothing due is lost. */
import { setTimeout as delay } from 'node:timers/promises';
import { roomName, type RoomName } from '@aeturnis/contracts';
import { Redis } from 'ioredis';
import { type Caller, RealtimeService, RoomService } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { Connections } from '../../libs/realtime/src/connections/connections';
import type { RaidApp } from '../other-app/raid-app';
import { RAID_KIND } from '../other-app/raid.contract';
import { client, connect, type TestClient, until } from '../support/client';
import type { Gate } from '../support/gate';
import { type Away, back, blow, gone, hornsOf, newName, RaidWorld } from '../support/raid-world';

type Traveller = Awaited<ReturnType<RaidWorld['enter']>>;

let world: RaidWorld;
let west: RaidApp;
let east: RaidApp;
let redisGate: Gate;
let anna: Traveller;
let raidId: string;
let room: RoomName;

beforeAll(async () => {
  world = await RaidWorld.open();
});
beforeEach(async () => {
  ({ west, east, redisGate } = await world.withRedis());
  anna = await world.enter(west);
  raidId = newName('raid');
  room = roomName(RAID_KIND, raidId);
});
afterEach(() => world.clear());
afterAll(() => world.close());

const rooms = (node: RaidApp): RoomService => node.app.get(RoomService);
const callerOf = (node: RaidApp, { name }: Pick<Away, 'name'>): Caller => {
  const [connection] = node.app.get(Connections).ofUser(name);
  if (!connection) throw new Error('not here');
  return connection;
};
const join = (): Promise<unknown> => anna.client.send('raid:join', { raidId });
const crowdOut = (node: RaidApp, events: number): void => {
  for (let i = 0; i < events; i++) blow(node, roomName(RAID_KIND, 'elsewhere'), 'x');
};

/** The journal has told both nodes everything there was. */
async function settled(): Promise<void> {
  const mark = newName('mark');
  for (const node of [west, east]) {
    const witness = await connect(node.url, newName('witness'));
    for (const each of [west, east]) blow(each, roomName('user', witnessName(witness)), mark);
    await until(() => hornsOf(witness).length === 2, 'all is told');
    witness.close();
  }
}
const witnessName = (witness: TestClient): string => witness.all('auth:success')[0]?.userId ?? '';

async function leave(): Promise<void> {
  await anna.gate.shut();
  await gone(anna);
  await settled();
}

async function comeBack(times = 1): Promise<void> {
  await anna.gate.open();
  await back(anna, times);
  await anna.client.settled();
  await settled();
}

/** Handshakes on a node wait until they are let on. */
function holdMiddleware(node: RaidApp): { waiting(): boolean; letOn(): void } {
  let next: (() => void) | undefined;
  let open = false;
  node.app.get(SocketServer).io.use((_socket, go) => {
    if (open) return go();
    next = go;
  });
  return {
    waiting: () => next !== undefined,
    letOn: () => {
      open = true;
      next?.();
    },
  };
}

it('a newer offset than its own does not undo an eviction', async () => {
  await join();
  const { pid = '' } = anna.client.all('system:connected')[0] ?? {};
  await leave();
  rooms(east).evict(anna.name, room);
  await settled();
  const tab = await connect(east.url, anna.name);
  const { _lastOffset: offset } = tab.socket as unknown as { _lastOffset: string };
  const thief = client(east.url, undefined, { auth: { token: anna.name, pid, offset } });
  await until(() => thief.socket.connected, 'it is in');
  blow(east, room, 'secret');
  await settled();
  await thief.settled();
  expect(hornsOf(thief)).toEqual([]);
});

it('an admission that was obeyed does not bind again', async () => {
  rooms(east).admit(anna.name, room);
  await settled();
  await rooms(west).leave(callerOf(west, anna), room);
  await leave();
  blow(east, room, 'after leaving');
  await comeBack();
  blow(east, room, 'live');
  await settled();
  expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], []]);
});

it('neither does an eviction, after which it has come in again', async () => {
  await join();
  rooms(east).evict(anna.name, room);
  await settled();
  await join();
  await leave();
  blow(east, room, 'missed');
  await comeBack();
  blow(east, room, 'live');
  await settled();
  expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], ['missed', 'live']]);
});

it('what was emitted before it was taken out is due to it, also over a connection that was dead already', async () => {
  await join();
  anna.gate.cut({ halfOpen: true });
  blow(west, room, 'disbanded');
  await rooms(west).leave(callerOf(west, anna), room);
  await back(anna);
  await anna.client.settled();
  expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], ['disbanded']]);
});

it('what another node emitted before it evicted reaches who is connected', async () => {
  await join();
  crowdOut(east, 250);
  blow(east, room, 'before');
  rooms(east).evict(anna.name, room);
  blow(east, room, 'after');
  await settled();
  expect(hornsOf(anna.client)).toEqual(['before']);
});

it('what was emitted before it came in is not replayed', async () => {
  const ben = newName('ben');
  await connect(west.url, ben);
  await rooms(west).enter(callerOf(west, { name: ben }), room);
  blow(west, room, 'before my time');
  await rooms(west).enter(callerOf(west, anna), room);
  await leave();
  await comeBack();
  expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], []]);
});

it('an eviction that comes between the restore and the connection is obeyed, late as it may be told', async () => {
  await join();
  await leave();
  const { waiting, letOn } = holdMiddleware(west);
  await anna.gate.open();
  await until(waiting, 'in the middleware');
  crowdOut(east, 1_500);
  rooms(east).evict(anna.name, room);
  letOn();
  await back(anna);
  await settled();
  blow(east, room, 'secret');
  await settled();
  expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], []]);
});

it('so is a kick, and it leaves no ghost', async () => {
  await leave();
  const { waiting, letOn } = holdMiddleware(west);
  await anna.gate.open();
  await until(waiting, 'in the middleware');
  crowdOut(east, 1_500);
  east.app.get(RealtimeService).disconnectUser(anna.name, { code: 'KICKED', message: 'Go' });
  await delay(300);
  letOn();
  await settled();
  await until(() => !anna.client.socket.connected, 'it is out');
  await until(() => west.app.get(Connections).size === 0, 'no connection is left');
  await until(async () => !(await west.app.get(RealtimeService).isUserOnline(anna.name)), 'offline');
});

it('another life of the journal, begun between the restore and the connection, is no silent gap', async () => {
  crowdOut(east, 300);
  await join();
  await leave();
  const { waiting, letOn } = holdMiddleware(west);
  await anna.gate.open();
  await until(waiting, 'in the middleware');
  const probe = new Redis(world.redis.url);
  await probe.flushall();
  probe.disconnect();
  blow(east, room, 'gone');
  // By then the node has looked whether it hears everything.
  await delay(2_500);
  letOn();
  await until(() => anna.returns.at(-1) === false, 'it begins afresh');
});

it('a room joined while Redis is away for a moment is stored on its return', async () => {
  await redisGate.shut();
  await join();
  await anna.client.event('system:error', ({ code }) => code === 'DEGRADED');
  const openedAt = Date.now();
  await redisGate.open();
  await anna.client.event('system:recoverable', ({ serverTime }) => serverTime >= openedAt);
  await leave();
  blow(east, room, 'missed');
  await comeBack();
  expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], ['missed']]);
});

it('any number of handshakes over one connection leaves nothing behind', async () => {
  const polling = `${west.url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1)) as { sid: string };
  const body = Array.from({ length: 10_000 }, () => '40').join('\x1e');
  await fetch(`${polling}&sid=${sid}`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
  const { sockets } = west.app.get(SocketServer).io;
  const waiting = (sockets as unknown as { _preConnectSockets: ReadonlyMap<string, unknown> })._preConnectSockets;
  await until(() => waiting.size === 0, 'nobody waits');
  expect(sockets.sockets.size).toBe(1);
});
