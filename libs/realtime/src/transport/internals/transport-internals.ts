/**
 * Checks at boot that ws, engine.io and Socket.IO have the private members that the transport depends on, using real objects
 * of these libraries. If a member of the limits is missing, the server refuses to start, since the limits would not apply. If
 * a member of the fast path is missing, the fast path stays off and frames go through `ws`, the engine and Socket.IO.
 */
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { Socket } from 'socket.io';
import { Decoder } from 'socket.io-parser';
import { GuardedWebSocket } from '../inbound/guarded-websocket';
import { hasReadSlots } from '../inbound/shared-read-buffer';

type MemberRecord = Record<string, unknown>;

/** One object of each kind, created by the libraries themselves. */
export interface TransportSamples {
  readonly wire: PassThrough;
  readonly webSocket: MemberRecord;
  readonly receiver: MemberRecord;
  /** The prototype of the library: `GuardedWebSocket` has replaced some members of the receiver itself. */
  readonly receiverClass: MemberRecord;
  readonly sender: MemberRecord;
  readonly engine: MemberRecord;
  /** An engine connection with the polling transport. */
  readonly connection: MemberRecord;
  readonly polling: MemberRecord;
  /** A decoder that waits for the attachment of a packet. */
  readonly decoder: MemberRecord;
  readonly node: MemberRecord;
}

export interface PrivateMember {
  readonly name: string;
  /** The feature that depends on the member. */
  readonly use: 'limits' | 'fast path';
  readonly sample: keyof TransportSamples;
  readonly member: string;
  readonly isPresent: (value: unknown, samples: TransportSamples) => boolean;
}

const MAX_PAYLOAD = 1_234;
const PING_MS = 60_000;

const isFunction = (value: unknown): boolean => typeof value === 'function';
const sourceIncludes = (name: string) => (value: unknown) => isFunction(value) && String(value).includes(name);
const equals = (expected: unknown) => (value: unknown) => value === expected;

const member =
  (use: PrivateMember['use'], sample: keyof TransportSamples, owner: string) =>
  (name: string, isPresent: PrivateMember['isPresent']): PrivateMember => ({
    name: `${owner}.${name}`,
    use,
    sample,
    member: name,
    isPresent,
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
  webSocket('_closeFrameReceived', equals(false)),
  webSocket('_receiver', (value) => typeof value === 'object' && value !== null),
  receiverClass('getInfo', isFunction),
  receiverClass(
    'startLoop',
    (value) => sourceIncludes('this.getInfo(')(value) && sourceIncludes('this.getData(')(value),
  ),
  receiverClass('getPayloadLength16', sourceIncludes('this.haveLength(')),
  receiverClass('haveLength', isFunction),
  receiverClass('getData', isFunction),
  receiverClass('consume', isFunction),
  receiverClass('createError', isFunction),
  receiver('_opcode', equals(0)),
  receiver('_fin', equals(false)),
  receiver('_masked', equals(false)),
  receiver('_compressed', equals(false)),
  receiver('_fragments', Array.isArray),
  receiver('_messageLength', equals(0)),
  receiver('_numFragments', equals(0)),
  receiver('_payloadLength', equals(0)),
  receiver('_totalPayloadLength', equals(0)),
  receiver('_loop', equals(false)),
  receiver('_buffers', Array.isArray),
  receiver('_bufferedBytes', equals(0)),
  receiver('_state', equals(0)),
  receiver('_fragmented', equals(0)),
  receiver('_maxPayload', equals(MAX_PAYLOAD)),
  member('fast path', 'sender', 'Sender')('sendFrame', isFunction),
  engine('clients', (value) => typeof value === 'object' && value !== null),
  engine('use', isFunction),
  connection('readyState', equals('open')),
  connection('writeBuffer', Array.isArray),
  connection('upgrading', equals(false)),
  connection('upgraded', equals(false)),
  connection('request', (value) => typeof value === 'object' && value !== null),
  connection('pingTimeoutTimer', equals(null)),
  connection('sendPacket', isFunction),
  fastConnection('hasRefreshedPingTimeout', equals(false)),
  fastConnection('protocol', equals(4)),
  polling('onData', isFunction),
  polling('onPacket', isFunction),
  polling('onDataRequest', sourceIncludes('this.maxHttpBufferSize')),
  member('fast path', 'polling', 'Transport')('writable', equals(false)),
  member('fast path', 'decoder', 'Decoder')('reconstructor', (value) => typeof value === 'object' && value !== null),
  member('fast path', 'node', 'net.Socket')('onread', equals(true)),
];

/** @returns the names of the missing members, by the feature that depends on them. */
export function missingMembers(samples: TransportSamples = sampleTransport()): Record<PrivateMember['use'], string[]> {
  const missing: Record<PrivateMember['use'], string[]> = { limits: [], 'fast path': [] };
  for (const { name, use, sample, member: key, isPresent } of PRIVATE_MEMBERS)
    if (!isPresent(Reflect.get(samples[sample], key), samples)) missing[use].push(name);
  return missing;
}

/** @returns the missing members of the fast path. @throws if a member that the limits depend on is missing. */
export function checkTransportInternals(missing = missingMembers()): readonly string[] {
  const { limits } = missing;
  if (limits.length > 0)
    throw new Error(
      `The limits of the transport need ws 8, engine.io 6 and Socket.IO 4.8; these versions lack ${limits.join(', ')}`,
    );
  return missing['fast path'];
}

interface EngineModule {
  readonly Server: new (options: object) => MemberRecord & { close(): void };
  readonly Socket: new (...parts: unknown[]) => MemberRecord & { close(discard: boolean): void };
  readonly transports: { readonly polling: new (request: object) => MemberRecord };
}

export function sampleTransport(): TransportSamples {
  const socket = new GuardedWebSocket(null as never, undefined, {});
  const wire = new PassThrough();
  socket.setSocket(wire, Buffer.alloc(0), { maxPayload: MAX_PAYLOAD, allowSynchronousEvents: true });
  // Copies: closing the samples below must not change the members.
  const webSocketMembers = { ...(socket as unknown as MemberRecord) };
  const receiverMembers = (webSocketMembers['_receiver'] ?? {}) as MemberRecord;
  const samples = {
    wire,
    webSocket: webSocketMembers,
    receiver: { ...receiverMembers },
    receiverClass: Object.create(Object.getPrototypeOf(receiverMembers) as object) as MemberRecord,
    sender: Object.create(webSocketMembers['_sender'] ?? {}) as MemberRecord,
    ...sampleEngine(),
    decoder: sampleDecoder(),
    node: { onread: hasReadSlots() },
  };
  socket.terminate();
  return samples;
}

/** Samples of the engine that Socket.IO itself resolves. */
function sampleEngine(): Pick<TransportSamples, 'engine' | 'connection' | 'polling'> {
  const engineIo = createRequire(require.resolve('socket.io'))('engine.io') as EngineModule;
  const request = { _query: { EIO: '4' }, connection: {}, headers: {} };
  const transport = new engineIo.transports.polling(request);
  const server = new engineIo.Server({});
  const options = { opts: { pingInterval: PING_MS, pingTimeout: PING_MS }, upgrades: () => [] };
  const socket = new engineIo.Socket('sample', options, transport, request, 4);
  const connectionMembers = Object.create(Object.getPrototypeOf(socket) as object, membersOf(socket)) as MemberRecord;
  const pollingMembers = Object.create(
    Object.getPrototypeOf(transport) as object,
    membersOf(transport),
  ) as MemberRecord;
  socket.close(true);
  server.close();
  return { engine: server, connection: connectionMembers, polling: pollingMembers };
}

const membersOf = (object: object): PropertyDescriptorMap => Object.getOwnPropertyDescriptors(object);

function sampleDecoder(): MemberRecord {
  const decoder = new Decoder();
  decoder.add('51-["event",{"_placeholder":true,"num":0}]');
  const members = { ...(decoder as unknown as MemberRecord) };
  decoder.destroy();
  return members;
}

/** Whether `_anyOutgoingListeners` exists; session recovery depends on it and refuses to start without it. */
export function supportsOutgoingListeners(): boolean {
  const socket = Object.create(Socket.prototype) as Socket;
  socket.onAnyOutgoing(() => undefined);
  return Array.isArray(Reflect.get(socket, '_anyOutgoingListeners'));
}
