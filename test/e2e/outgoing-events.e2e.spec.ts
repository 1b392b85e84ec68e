/** Events that game code emits around the typed API: in a form that would cost clients their recovery they are not sent. */
import type { LoggerService } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { loadConfig } from '@aeturnis/platform';
import { RealtimeGateway } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/adapter/socket-server';
import { NameVerifier, type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients } from '../support/client';
import { testEnvironment } from '../support/environment';
import { startLibraryApp } from '../support/library-app';
import { back, blowToAll, gone, hornsOf, RaidWorld } from '../support/raid-world';

interface Emitter {
  emit(event: string, ...args: unknown[]): unknown;
  readonly volatile: Emitter;
  readonly local: Emitter;
  timeout(ms: number): Emitter & { emitWithAck(event: string, ...args: unknown[]): Promise<unknown> };
  to(room: string): Emitter;
  send(...args: unknown[]): unknown;
}
interface Socket extends Emitter {
  readonly id: string;
  readonly broadcast: Emitter;
}

const MALFORMED: [string, unknown[]][] = [
  ['no payload', []],
  ['a string', ['text']],
  ['a string behind an object', [{}, 'text']],
  ['two objects', [{}, {}]],
  ['a number', [7]],
  ['null', [null]],
];

let world: RaidWorld;

beforeAll(async () => {
  world = await RaidWorld.open();
});
afterEach(() => world.clear());
afterAll(() => world.close());

const socketsOf = (node: RaidApp): Socket[] => [...node.app.get(SocketServer).io.sockets.sockets.values()] as never;
function errorOf(emit: () => unknown): string {
  try {
    emit();
    return 'sent';
  } catch (error) {
    return (error as Error).message;
  }
}
/** Every way around the typed API by which an event leaves. */
const waysOf = (node: RaidApp): [string, (...args: unknown[]) => unknown][] => {
  const io = node.app.get(SocketServer).io as unknown as Emitter & { sockets: Emitter };
  const [socket] = socketsOf(node);
  if (!socket) throw new Error('nobody is connected');
  const ways: [string, (...args: unknown[]) => unknown][] = [
    ['socket.emit', (...args) => socket.emit('hi', ...args)],
    ['socket.volatile.emit', (...args) => socket.volatile.emit('hi', ...args)],
    ['socket.broadcast.emit', (...args) => socket.broadcast.emit('hi', ...args)],
    ['socket.to.emit', (...args) => socket.to(socket.id).emit('hi', ...args)],
    ['socket.emit with an ack', (...args) => socket.emit('hi', ...args, () => undefined)],
    ['io.emit', (...args) => io.emit('hi', ...args)],
    ['io.volatile.emit', (...args) => io.volatile.emit('hi', ...args)],
    ['io.local.emit', (...args) => io.local.emit('hi', ...args)],
    ['io.to.emit', (...args) => io.to(socket.id).emit('hi', ...args)],
    ['namespace.emit', (...args) => io.sockets.emit('hi', ...args)],
    ['io.timeout.emit with an ack', (...args) => io.timeout(1_000).emit('hi', ...args, () => undefined)],
  ];
  return ways;
};

describe.each([
  ['with Redis', () => world.withRedis()],
  ['in memory', () => world.alone()],
])('%s', (_, startNodes) => {
  it.each(MALFORMED)('an event with %s is refused to whoever emits it, and reaches nobody', async (_name, args) => {
    const { west } = await startNodes();
    const anna = await world.enter(west);
    const seen: unknown[] = [];
    anna.client.socket.onAny((event: string) => event === 'hi' && seen.push(event));
    const outcomes = waysOf(west).map(([way, emit]) => [way, errorOf(() => emit(...args))]);
    expect(outcomes).toEqual(
      outcomes.map(([way]) => [way, expect.stringMatching(/^event 'hi' must carry exactly one object/)]),
    );
    await anna.client.settled();
    expect(seen).toEqual([]);
    await anna.gate.shut();
    await gone(anna);
    blowToAll(west, 'missed');
    await anna.gate.open();
    await back(anna);
    await anna.client.settled();
    expect([anna.returns, hornsOf(anna.client)]).toEqual([[true], ['missed']]);
  });

  it('an event with one object leaves by every way, and its client can still come back', async () => {
    const { west } = await startNodes();
    const anna = await world.enter(west);
    const seen: unknown[] = [];
    anna.client.socket.on('hi' as never, ((payload: unknown) => seen.push(payload)) as never);
    const ways = waysOf(west);
    for (const [way, emit] of ways) emit({ way });
    await anna.client.settled();
    // By `broadcast` and `to` a socket reaches others alone.
    const reached = ways.map(([way]) => way).filter((way) => !/^socket\.(broadcast|to)/.test(way));
    expect(seen.map((payload) => (payload as { way: string }).way).sort()).toEqual([...reached].sort());
    await anna.gate.shut();
    await gone(anna);
    await anna.gate.open();
    await back(anna);
    expect(anna.returns).toEqual([true]);
  });
});

it('boot: a gateway that asks for clients of Engine.IO 3 is refused', async () => {
  @WebSocketGateway({ allowEIO3: true })
  @RealtimeGateway()
  class OldClientsGateway {}
  const starting = startLibraryApp(loadConfig(testEnvironment()), {
    verifier: NameVerifier,
    providers: [OldClientsGateway],
  });
  await expect(starting).rejects.toThrow(/^The socket option 'allowEIO3' is not supported/);
});

it('in production such an event is not sent, and its name is logged once', async () => {
  const lines: unknown[] = [];
  const note = (line: unknown): number => lines.push(line);
  const logger: LoggerService = { log: () => undefined, warn: () => undefined, error: note };
  const production = { NODE_ENV: 'production', ALLOW_EMBEDDED_DATABASE: 'true' };
  const node = await startRaidApp(production, logger);
  try {
    const anna = await world.enter(node);
    for (let n = 0; n < 3; n++) for (const [, emit] of waysOf(node)) emit('text');
    await anna.client.settled();
    const logged = lines.filter((line) => JSON.stringify(line).includes('event not sent'));
    expect(logged).toEqual([expect.objectContaining({ event: 'hi' })]);
    await anna.gate.shut();
    await gone(anna);
    await anna.gate.open();
    await back(anna);
    expect(anna.returns).toEqual([true]);
  } finally {
    closeClients();
    await node.close();
  }
});
