/** Limits the polling transport before anything is decoded: the number of requests, the size of a body, and its packets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectionGuard } from './connection-guard';
import { guardOf } from './connection-guard';
import type { EngineConnection, EngineTransport, EnginePacket } from '../internals/engine-connection';

/** The engine's separator between the packets of a body. */
const SEPARATOR = '\u001e';
/** The first character of an attachment in Base64; other packets begin with the digit of their type. */
const ATTACHMENT_PREFIX = 'b';
/** Before admission: a CONNECT and a pong. */
const MAX_EARLY_PACKETS = 2;

interface EngineRequest extends IncomingMessage {
  readonly _query: { readonly sid?: string };
}

interface PollingEngine {
  readonly clients: Record<string, EngineConnection>;
}

type GuardedTransport = EngineTransport & { [GUARD]?: ConnectionGuard };
type TransportMethod = (this: EngineTransport, data: never) => void;

const GUARD = Symbol('guard');

/** Passes all packets and bodies of this transport through the guard before the engine. */
export function guardTransport(transport: EngineTransport, guard: ConnectionGuard): void {
  (transport as GuardedTransport)[GUARD] = guard;
  transport.onPacket = onPacket;
  if (transport.name === 'polling') {
    transport.onData = onBody;
    transport.maxHttpBufferSize = guard.maxBodyBytes;
  }
}

/** Engine middleware: counts every request of a client that has a session already. */
export function limitPollingRequests(
  engine: PollingEngine,
  request: EngineRequest,
  response: ServerResponse,
  next: Next,
): void {
  const { sid } = request._query;
  const connection = sid !== undefined && Object.hasOwn(engine.clients, sid) ? engine.clients[sid] : undefined;
  const guard = connection && guardOf(connection);
  // A request without a session id is left to `allowRequest`; one with an unknown id is refused by the engine.
  if (!connection || !guard) return next();
  if (request.headers.upgrade !== undefined) {
    const { upgrading, upgraded, transport } = connection;
    const canUpgrade = !upgrading && !upgraded && transport.name === 'polling';
    return next(canUpgrade ? undefined : new Error('The session has a WebSocket already'));
  }
  if (!guard.takeRequest()) return void request.socket.destroy();
  if (request.method === 'POST' && !limitBody(request, guard)) return refuseBody(response, guard);
  next();
}

type Next = (error?: Error) => void;

function limitBody(request: EngineRequest, guard: ConnectionGuard): boolean {
  const { maxBodyBytes } = guard;
  guard.connection.transport.maxHttpBufferSize = maxBodyBytes;
  const length = request.headers['content-length'];
  if (length !== undefined) return Number(length) <= maxBodyBytes;
  // Of a body of unknown length the engine keeps no more than the maximum, but it goes on reading.
  let received = 0;
  request.on('data', (chunk: Buffer | string) => {
    received += chunk.length;
    if (received > maxBodyBytes) guard.onBudgetExceeded();
  });
  return true;
}

function refuseBody(response: ServerResponse, guard: ConnectionGuard): void {
  response.writeHead(413, { connection: 'close' }).end();
  guard.onBodyTooLarge();
}

/** Shared by all transports, to save memory: these replace the engine's methods and call the originals. */
function onPacket(this: GuardedTransport, packet: EnginePacket): void {
  const guard = this[GUARD];
  try {
    if (guard?.acceptPacket(packet)) originalMethod(this, 'onPacket').call(this, packet as never);
  } catch (error) {
    guard?.endAfterError(error);
  }
}

function onBody(this: GuardedTransport, body: string): void {
  const guard = this[GUARD];
  if (!guard || guard.hasEnded) return;
  const maxPackets = guard.isAdmitted ? Number.POSITIVE_INFINITY : MAX_EARLY_PACKETS;
  const { packets, attachments } = countPackets(body);
  if (packets + attachments > maxPackets) guard.onBudgetExceeded();
  else if (guard.takeBody(packets, body.length, attachments)) originalMethod(this, 'onData').call(this, body as never);
}

/** `packets` does not include attachments. */
function countPackets(body: string): { packets: number; attachments: number } {
  let [packets, attachments] = [0, 0];
  for (let start = 0; ;) {
    if (body[start] === ATTACHMENT_PREFIX) attachments++;
    else packets++;
    const end = body.indexOf(SEPARATOR, start);
    if (end < 0) return { packets, attachments };
    start = end + 1;
  }
}

const originalMethod = (transport: object, name: 'onPacket' | 'onData'): TransportMethod =>
  Reflect.get(Object.getPrototypeOf(transport) as object, name) as TransportMethod;
