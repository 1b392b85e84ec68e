/**
 * Private members of ws, engine.io and Socket.IO that the transport is built on, each checked at boot on objects of these
 * libraries. Where one is missing that limits depend on, the server refuses to start, for its limits would be none. Where one
 * is missing that only saves time, the fast path in and out stays off: frames then go through `ws`, the engine and Socket.IO.
 */
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { Socket } from 'socket.io';
import { Decoder } from 'socket.io-parser';
import { GuardedWebSocket } from './guarded-websocket';
import { hasReadSlots } from './shared-reads';

type Members = Record<string, unknown>;

/** One object of each kind, made by the libraries themselves. */
export interface TransportSamples {
  readonly wire: PassThrough;
  readonly webSocket: Members;
  readonly receiver: Members;
  /** As the library defines it: ours is in the place of some of its members. */
  readonly receiverClass: Members;
  readonly sender: Members;
  readonly engine: Members;
  /** A connection of the engine, by polling. */
  readonly connection: Members;
  readonly polling: Members;
  /** Of a packet whose attachment has not come. */
  readonly decoder: Members;
  readonly node: Members;
}

export interface PrivateMember {
  readonly name: string;
  /** What is built on it. */
  readonly use: 'limits' | 'fast path';
  readonly on: keyof TransportSamples;
  readonly member: string;
  readonly isThere: (value: unknown, samples: TransportSamples) => boolean;
}

const MAX_PAYLOAD = 1_234;
const PING_MS = 60_000;

const isFunction = (value: unknown): boolean => typeof value === 'function';
const calls = (name: string) => (value: unknown) => isFunction(value) && String(value).includes(name);
const is = (expected: unknown) => (value: unknown) => value === expected;

const member =
  (use: PrivateMember['use'], on: keyof TransportSamples, owner: string) =>
  (name: string, isThere: PrivateMember['isThere']): PrivateMember => ({
    name: `${owner}.${name}`,
    use,
    on,
    member: name,
    isThere,
  });

const webSocket = member('limits', 'webSocket', 'WebSocket');
const receiver = member('limits', 'receiver', 'Receiver');
const receiverClass = member('limits', 'receiverClass', 'Receiver');
const engine = member('limits', 'engine', 'Server');
const connection = member('limits', 'connection', 'Socket');
const fastConnection = member('fast path', 'connection', 'Socket');
const polling = member('limits', 'polling', 'Polling');

export const PRIVATE_MEMBERS: readonly PrivateMember[] = [
  webSocket('_socket', (value, { wire }) => value === wire),
  webSocket('_closeFrameReceived', is(false)),
  webSocket('_receiver', (value) => typeof value === 'object' && value !== null),
  receiverClass('getInfo', isFunction),
  receiverClass('startLoop', (value) => calls('this.getInfo(')(value) && calls('this.getData(')(value)),
  receiverClass('getPayloadLength16', calls('this.haveLength(')),
  receiverClass('haveLength', isFunction),
  receiverClass('getData', isFunction),
  receiverClass('consume', isFunction),
  receiverClass('createError', isFunction),
  receiver('_opcode', is(0)),
  receiver('_fin', is(false)),
  receiver('_masked', is(false)),
  receiver('_compressed', is(false)),
  receiver('_fragments', Array.isArray),
  receiver('_messageLength', is(0)),
  receiver('_numFragments', is(0)),
  receiver('_payloadLength', is(0)),
  receiver('_totalPayloadLength', is(0)),
  receiver('_loop', is(false)),
  receiver('_buffers', Array.isArray),
  receiver('_bufferedBytes', is(0)),
  receiver('_state', is(0)),
  receiver('_fragmented', is(0)),
  receiver('_maxPayload', is(MAX_PAYLOAD)),
  member('fast path', 'sender', 'Sender')('sendFrame', isFunction),
  engine('clients', (value) => typeof value === 'object' && value !== null),
  engine('use', isFunction),
  connection('readyState', is('open')),
  connection('writeBuffer', Array.isArray),
  connection('upgrading', is(false)),
  connection('upgraded', is(false)),
  connection('request', (value) => typeof value === 'object' && value !== null),
  connection('pingTimeoutTimer', is(null)),
  connection('sendPacket', isFunction),
  fastConnection('hasRefreshedPingTimeout', is(false)),
  fastConnection('protocol', is(4)),
  polling('onData', isFunction),
  polling('onPacket', isFunction),
  polling('onDataRequest', calls('this.maxHttpBufferSize')),
  member('fast path', 'polling', 'Transport')('writable', is(false)),
  member('fast path', 'decoder', 'Decoder')('reconstructor', (value) => typeof value === 'object' && value !== null),
  member('fast path', 'node', 'net.Socket')('onread', is(true)),
];

/** @returns the names of those that are missing, by what is built on them. */
export function missingMembers(samples: TransportSamples = sampleTransport()): Record<PrivateMember['use'], string[]> {
  const missing: Record<PrivateMember['use'], string[]> = { limits: [], 'fast path': [] };
  for (const { name, use, on, member: key, isThere } of PRIVATE_MEMBERS)
    if (!isThere(Reflect.get(samples[on], key), samples)) missing[use].push(name);
  return missing;
}

/** @returns the members that the fast path lacks. @throws where the limits of the transport lack some. */
export function checkTransportInternals(missing = missingMembers()): readonly string[] {
  const { limits } = missing;
  if (limits.length > 0)
    throw new Error(
      `The limits of the transport need ws 8, engine.io 6 and Socket.IO 4.8; these versions lack ${limits.join(', ')}`,
    );
  return missing['fast path'];
}

interface EngineModule {
  readonly Server: new (options: object) => Members & { close(): void };
  readonly Socket: new (...parts: unknown[]) => Members & { close(discard: boolean): void };
  readonly transports: { readonly polling: new (request: object) => Members };
}

export function sampleTransport(): TransportSamples {
  const socket = new GuardedWebSocket(null as never, undefined, {});
  const wire = new PassThrough();
  socket.setSocket(wire, Buffer.alloc(0), { maxPayload: MAX_PAYLOAD, allowSynchronousEvents: true });
  // Copies: what ends the samples must not change what was found.
  const webSocketMembers = { ...(socket as unknown as Members) };
  const receiverMembers = (webSocketMembers['_receiver'] ?? {}) as Members;
  const samples = {
    wire,
    webSocket: webSocketMembers,
    receiver: { ...receiverMembers },
    receiverClass: Object.create(Object.getPrototypeOf(receiverMembers) as object) as Members,
    sender: Object.create(webSocketMembers['_sender'] ?? {}) as Members,
    ...sampleEngine(),
    decoder: waitingDecoder(),
    node: { onread: hasReadSlots() },
  };
  socket.terminate();
  return samples;
}

/** Of the very engine that Socket.IO uses. */
function sampleEngine(): Pick<TransportSamples, 'engine' | 'connection' | 'polling'> {
  const engineIo = createRequire(require.resolve('socket.io'))('engine.io') as EngineModule;
  const request = { _query: { EIO: '4' }, connection: {}, headers: {} };
  const transport = new engineIo.transports.polling(request);
  const server = new engineIo.Server({});
  const options = { opts: { pingInterval: PING_MS, pingTimeout: PING_MS }, upgrades: () => [] };
  const socket = new engineIo.Socket('sample', options, transport, request, 4);
  const connectionMembers = Object.create(Object.getPrototypeOf(socket) as object, membersOf(socket)) as Members;
  const pollingMembers = Object.create(Object.getPrototypeOf(transport) as object, membersOf(transport)) as Members;
  socket.close(true);
  server.close();
  return { engine: server, connection: connectionMembers, polling: pollingMembers };
}

const membersOf = (object: object): PropertyDescriptorMap => Object.getOwnPropertyDescriptors(object);

function waitingDecoder(): Members {
  const decoder = new Decoder();
  decoder.add('51-["event",{"_placeholder":true,"num":0}]');
  const members = { ...(decoder as unknown as Members) };
  decoder.destroy();
  return members;
}

/** What listeners of outgoing packets depend on; recovery refuses to start without it. */
export function hasOutgoingListeners(): boolean {
  const socket = Object.create(Socket.prototype) as Socket;
  socket.onAnyOutgoing(() => undefined);
  return Array.isArray(Reflect.get(socket, '_anyOutgoingListeners'));
}
