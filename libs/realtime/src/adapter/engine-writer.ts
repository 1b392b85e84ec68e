/** The way of every packet to its connection: corked where nothing waits to be sent, else behind what waits. */
import type { DeliveryMetrics } from '../metrics/delivery-metrics';
import { guardOf } from './connection-guard';
import { CorkedWebSocket } from './corked-websocket';
import { frameOf, type Part } from './frame';
import { type EncodedPacket, framesOf, type PacketOptions } from './outgoing-packet';

/** A client lags when more packets than this wait: a burst of one tick passes, what nobody reads does not pile up. */
const LAG_PACKETS = 16;
/** Who listens to the packets of a connection is to hear of each: they go the engine's way. */
const HEARS_PACKETS = 'packetCreate';

interface EngineConnection {
  readonly readyState: string;
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly writable: boolean; readonly perMessageDeflate?: unknown; readonly socket?: unknown };
  write(part: unknown, options: PacketOptions): void;
  sendPacket(type: 'ping'): void;
  listenerCount(event: string): number;
  on(event: 'newListener', listener: (this: EngineConnection, event: string) => void): void;
}

/** A connection with its packets, as Socket.IO has it. */
export interface PacketClient {
  readonly conn: EngineConnection;
  /** Its WebSocket, once that has been written to past the engine. */
  corked?: CorkedWebSocket;
  /** False where nothing was written. */
  writeToEngine(parts: unknown, options: PacketOptions): boolean;
}

/** False for a volatile packet that its client is too far behind for. */
export function write(client: PacketClient, packet: EncodedPacket): boolean {
  const { options } = packet;
  const corked = options.frames ? corkedOf(client) : null;
  // Looked at here already, so that a packet whose frames are known is not asked for its parts.
  if (!corked) return client.writeToEngine(packet.parts, options);
  append(corked, options);
  return true;
}

/** A ping of the engine; the client answers it at once, after what it was written before. */
const PING_FRAME = Buffer.from([0x81, 1, 0x32]);

/** Finds out whether the event that was written last, and was made at that time, reaches the client. */
export function confirmDelivery(client: PacketClient, madeAt: number): void {
  if (guardOf(client.conn)?.wroteToConfirm(madeAt) !== true) return;
  const corked = corkedOf(client);
  if (corked) corked.append(PING_FRAME);
  else client.conn.sendPacket('ping');
}

function append(corked: CorkedWebSocket, { frames = [], unhurried }: PacketOptions): void {
  for (const frame of frames) corked.append(frame, unhurried);
}

/**
 * Takes the place of Socket.IO's own way. That one drops a volatile packet whenever the one before is still under way, so
 * that of several in one tick even the fastest client gets the first alone; here it is dropped where the client lags.
 */
export class EngineWriter {
  constructor(metrics: Pick<DeliveryMetrics, 'volatileDropped'>) {
    // One function for all connections: Socket.IO calls it with the client as `this`.
    this.writeToEngine = function (this: PacketClient, parts, options): boolean {
      const { conn } = this;
      const corked = corkedOf(this);
      if (!corked && options.volatile && conn.writeBuffer.length > LAG_PACKETS) {
        metrics.volatileDropped();
        return false;
      }
      const text = options.preEncoded ? null : textOf(parts);
      if (text !== null) {
        if (corked) corked.append(frameOf(text), options.unhurried);
        else enqueue(conn, text, options);
        return true;
      }
      if (corked && options.frames) {
        append(corked, options);
        return true;
      }
      const all = Array.isArray(parts) ? (parts as unknown[]) : [parts];
      if (corked && all.every(isPart))
        for (const frame of framesOf(all, options)) corked.append(frame, options.unhurried);
      else for (const part of all) enqueue(conn, part, options);
      return true;
    };
  }

  private readonly writeToEngine: PacketClient['writeToEngine'];

  /** From now on, for good. */
  takeOver(client: PacketClient): void {
    client.writeToEngine = this.writeToEngine;
  }
}

/** The engine's way. What the transport does not take at once is accounted for as unsent. */
function enqueue(conn: EngineConnection, part: unknown, options: PacketOptions): void {
  const guard = guardOf(conn);
  // Of a client that has been cut off for what it did not read, nothing more is kept.
  if (guard?.ended) return;
  conn.write(part, options);
  if (conn.writeBuffer.length > 0) guard?.queued(lengthOf(part));
}

/** Of a text, in UTF-16 units: an estimate of the memory it takes. */
function lengthOf(part: unknown): number {
  if (typeof part === 'string') return part.length;
  return (part as { byteLength?: number }).byteLength ?? 0;
}

/** The connection's WebSocket, if it may be written to past the engine. */
function corkedOf(client: PacketClient): CorkedWebSocket | null {
  const { conn, corked } = client;
  if (corked?.undisturbed) return corked;
  if (conn.listenerCount(HEARS_PACKETS) > 0) return null;
  const { transport } = conn;
  if (conn.readyState !== 'open' || conn.writeBuffer.length > 0 || !transport.writable) return null;
  const { socket } = transport;
  if (!(socket instanceof CorkedWebSocket) || !socket.ready || transport.perMessageDeflate) return null;
  if (!corked) conn.on('newListener', disturb);
  socket.undisturbed = true;
  client.corked = socket;
  return socket;
}

/** One function for all connections: the engine calls it with the connection as `this`. */
function disturb(this: EngineConnection, event: string): void {
  const { socket } = this.transport;
  if (event === HEARS_PACKETS && socket instanceof CorkedWebSocket) socket.undisturbed = false;
}

/** Of a packet that is nothing else, as those for one receiver are. */
function textOf(parts: unknown): string | null {
  const only: unknown = Array.isArray(parts) && parts.length === 1 ? parts[0] : parts;
  return typeof only === 'string' ? only : null;
}

const isPart = (part: unknown): part is Part =>
  typeof part === 'string' || ArrayBuffer.isView(part) || part instanceof ArrayBuffer;
