/** Bounds what comes by HTTP polling: how many requests, how long a body, how many packets in it, before any is decoded. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectionGuard } from './connection-guard';
import { guardOf } from './connection-guard';
import type { EngineConnection, EngineTransport, Packet } from './engine-connection';

/** What the engine puts between the packets of a body. */
const SEPARATOR = '\u001e';
/** The first character of an attachment in Base64; other packets begin with the digit of their type. */
const ATTACHMENT = 'b';
/** Before admission: a CONNECT, and the answer to a ping. */
const EARLY_PACKETS = 2;

interface EngineRequest extends IncomingMessage {
  readonly _query: { readonly sid?: string };
}

interface Engine {
  readonly clients: Record<string, EngineConnection>;
}

type Transport = EngineTransport & { [GUARD]?: ConnectionGuard };
type Handler = (this: EngineTransport, data: never) => void;

const GUARD = Symbol('guard');

/** Everything that comes by this transport passes the guard first. */
export function guardTransport(transport: EngineTransport, guard: ConnectionGuard): void {
  (transport as Transport)[GUARD] = guard;
  transport.onPacket = onPacket;
  if (transport.name === 'polling') {
    transport.onData = onBody;
    transport.maxHttpBufferSize = guard.maxBodyBytes;
  }
}

/** Middleware of the engine: every request of a client that has a session already is counted. */
export function limitRequests(engine: Engine, request: EngineRequest, response: ServerResponse, next: Next): void {
  const { sid } = request._query;
  const connection = sid !== undefined && Object.hasOwn(engine.clients, sid) ? engine.clients[sid] : undefined;
  const guard = connection && guardOf(connection);
  // Without a session, `allowRequest` decides; with a wrong one, the engine refuses.
  if (!connection || !guard) return next();
  if (request.headers.upgrade !== undefined) {
    const { upgrading, upgraded, transport } = connection;
    const free = !upgrading && !upgraded && transport.name === 'polling';
    return next(free ? undefined : new Error('The session has a WebSocket already'));
  }
  if (!guard.takeRequest()) return void request.socket.destroy();
  if (request.method === 'POST' && !isBodyBounded(request, guard)) return refuseBody(response, guard);
  next();
}

type Next = (error?: Error) => void;

function isBodyBounded(request: EngineRequest, guard: ConnectionGuard): boolean {
  const { maxBodyBytes } = guard;
  guard.connection.transport.maxHttpBufferSize = maxBodyBytes;
  const length = request.headers['content-length'];
  if (length !== undefined) return Number(length) <= maxBodyBytes;
  // The engine keeps no more than that of a body of unknown length, but it goes on reading.
  let received = 0;
  request.on('data', (chunk: Buffer | string) => {
    received += chunk.length;
    if (received > maxBodyBytes) guard.budgetExceeded();
  });
  return true;
}

function refuseBody(response: ServerResponse, guard: ConnectionGuard): void {
  response.writeHead(413, { connection: 'close' }).end();
  guard.bodyTooLarge();
}

/** One function each for all transports; they take the place of the engine's own, which they call. */
function onPacket(this: Transport, packet: Packet): void {
  const guard = this[GUARD];
  try {
    if (guard?.takes(packet)) original(this, 'onPacket').call(this, packet as never);
  } catch (error) {
    guard?.failed(error);
  }
}

function onBody(this: Transport, body: string): void {
  const guard = this[GUARD];
  if (!guard || guard.ended) return;
  const most = guard.admitted ? Number.POSITIVE_INFINITY : EARLY_PACKETS;
  const { packets, attachments } = countPackets(body);
  if (packets + attachments > most) guard.budgetExceeded();
  else if (guard.takeBody(packets, body.length, attachments)) original(this, 'onData').call(this, body as never);
}

/** `packets` are those without attachments. */
function countPackets(body: string): { packets: number; attachments: number } {
  let [packets, attachments] = [0, 0];
  for (let start = 0; ;) {
    if (body[start] === ATTACHMENT) attachments++;
    else packets++;
    const end = body.indexOf(SEPARATOR, start);
    if (end < 0) return { packets, attachments };
    start = end + 1;
  }
}

const original = (transport: object, name: 'onPacket' | 'onData'): Handler =>
  Reflect.get(Object.getPrototypeOf(transport) as object, name) as Handler;
