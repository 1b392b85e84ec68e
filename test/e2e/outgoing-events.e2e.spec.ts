/** Events that game code emits past the typed API are not sent if their form would cost clients their recovery. */
import type { LoggerService } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { loadConfig } from '@aeturnis/platform';
import { RealtimeGateway } from '@aeturnis/realtime';
import { SocketServer } from '../../libs/realtime/src/transport/socket-server';
import { NameVerifier, type RaidApp, startRaidApp } from '../other-app/raid-app';
import { closeClients } from '../support/clients/client';
import { testEnvironment } from '../support/environment';
import { startLibraryApp } from '../support/servers/library-app';
import { broadcastHorn, receivedHorns, useRaidCluster } from '../support/servers/raid-cluster';

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

const world = useRaidCluster();

const socketsOf = (node: RaidApp): Socket[] => [...node.app.get(SocketServer).io.sockets.sockets.values()] as never;
function errorOf(emit: () => unknown): string {
  try {
    emit();
    return 'sent';
  } catch (error) {
    return (error as Error).message;
  }
}
/** Every method outside the typed API that emits an event. */
const emittersOf = (node: RaidApp): [string, (...args: unknown[]) => unknown][] => {
  const io = node.app.get(SocketServer).io as unknown as Emitter & { sockets: Emitter };
  const [socket] = socketsOf(node);
  if (!socket) throw new Error('no client is connected; connect one before listing the emitters');
  const emitters: [string, (...args: unknown[]) => unknown][] = [
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
  return emitters;
};

describe.each([
  ['with Redis', () => world.startTwoNodes()],
  ['in memory', () => world.startSingleNode()],
])('%s', (_, startNodes) => {
  it.each(MALFORMED)('an event with %s throws at the caller, and reaches no client', async (_name, args) => {
    const { west } = await startNodes();
    const anna = await world.connectThroughGate(west);
    const seen: unknown[] = [];
    anna.client.socket.onAny((event: string) => event === 'hi' && seen.push(event));
    const outcomes = emittersOf(west).map(([method, emit]) => [method, errorOf(() => emit(...args))]);
    expect(outcomes).toEqual(
      outcomes.map(([method]) => [method, expect.stringMatching(/^event 'hi' must carry exactly one object/)]),
    );
    await anna.client.roundTrip();
    expect(seen).toEqual([]);
    await anna.gate.close();
    await anna.waitForDisconnect();
    broadcastHorn(west, 'missed');
    await anna.gate.open();
    await anna.waitForReconnect();
    await anna.client.roundTrip();
    expect([anna.reconnects, receivedHorns(anna.client)]).toEqual([[true], ['missed']]);
  });

  it('an event with one object is sent by every method, and its client can still resume', async () => {
    const { west } = await startNodes();
    const anna = await world.connectThroughGate(west);
    const seen: unknown[] = [];
    anna.client.socket.on('hi' as never, ((payload: unknown) => seen.push(payload)) as never);
    const emitters = emittersOf(west);
    for (const [method, emit] of emitters) emit({ method });
    await anna.client.roundTrip();
    // With `broadcast` and `to`, a socket excludes itself.
    const reached = emitters.map(([method]) => method).filter((method) => !/^socket\.(broadcast|to)/.test(method));
    expect(seen.map((payload) => (payload as { method: string }).method).sort()).toEqual([...reached].sort());
    await anna.gate.close();
    await anna.waitForDisconnect();
    await anna.gate.open();
    await anna.waitForReconnect();
    expect(anna.reconnects).toEqual([true]);
  });
});

it('at boot, a gateway that asks for clients of Engine.IO 3 is refused', async () => {
  @WebSocketGateway({ allowEIO3: true })
  @RealtimeGateway()
  class OldClientsGateway {}
  const starting = startLibraryApp(loadConfig(testEnvironment()), {
    verifier: NameVerifier,
    providers: [OldClientsGateway],
  });
  await expect(starting).rejects.toThrow(/^The socket option 'allowEIO3' is not supported/);
});

it('in production, a malformed event is not sent, and its name is logged once', async () => {
  const lines: unknown[] = [];
  const record = (line: unknown): number => lines.push(line);
  const logger: LoggerService = { log: () => undefined, warn: () => undefined, error: record };
  const production = { NODE_ENV: 'production', ALLOW_EMBEDDED_DATABASE: 'true' };
  const node = await startRaidApp(production, logger);
  try {
    const anna = await world.connectThroughGate(node);
    for (let n = 0; n < 3; n++) for (const [, emit] of emittersOf(node)) emit('text');
    await anna.client.roundTrip();
    const logged = lines.filter((line) => JSON.stringify(line).includes('event not sent'));
    expect(logged).toEqual([expect.objectContaining({ event: 'hi' })]);
    await anna.gate.close();
    await anna.waitForDisconnect();
    await anna.gate.open();
    await anna.waitForReconnect();
    expect(anna.reconnects).toEqual([true]);
  } finally {
    closeClients();
    await node.close();
  }
});
