/** Writes packets to connections: straight to the corked WebSocket if its queue is empty, else to the queue of the engine. */
import type { DeliveryMetrics } from '../../base/metrics/delivery-metrics';
import { guardOf } from '../limits/connection-guard';
import { CorkedWebSocket } from './corked-websocket';
import { encodeFrame, type PacketPart } from './websocket-frame';
import { type EncodedPacket, encodeFrames, type PacketOptions } from './encoded-packet';

/** A client lags when more packets than this are queued: a burst of one tick passes, unread packets do not pile up. */
const LAG_PACKETS = 16;
/** With a listener for this event, every packet of the connection is written by the engine, which emits it. */
const PACKET_CREATE_EVENT = 'packetCreate';

interface EngineConnection {
  readonly readyState: string;
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly writable: boolean; readonly perMessageDeflate?: unknown; readonly socket?: unknown };
  write(part: unknown, options: PacketOptions): void;
  sendPacket(type: 'ping'): void;
  listenerCount(event: string): number;
  on(event: 'newListener', listener: (this: EngineConnection, event: string) => void): void;
}

/** Socket.IO's `Client`: an engine connection with the packets of its namespaces. */
export interface PacketClient {
  readonly conn: EngineConnection;
  /** The WebSocket of the connection, once a frame has been written to it past the engine. */
  directSocket?: CorkedWebSocket;
  /** @returns false if the packet was dropped. */
  writeToEngine(parts: unknown, options: PacketOptions): boolean;
}

/** @returns false if the packet is volatile and was dropped because the client lags. */
export function writePacket(client: PacketClient, packet: EncodedPacket): boolean {
  const { options } = packet;
  const directSocket = options.frames ? directSocketOf(client) : null;
  // Checked here already because `packet.parts` may have to decode the frame.
  if (!directSocket) return client.writeToEngine(packet.parts, options);
  appendFrames(directSocket, options);
  return true;
}

/** The frame of an engine ping. The client answers it after it has read everything written before. */
const PING_FRAME = Buffer.from([0x81, 1, 0x32]);

/** Starts to confirm the delivery of the event written last, which was created at that time. */
export function probeDelivery(client: PacketClient, createdAt: number): void {
  if (guardOf(client.conn)?.requireProbe().recordWrite(createdAt) === true) sendPing(client);
}

/** Starts to measure the round trip of the connection, unless it is being measured or has been lately. */
export function probeRoundTrip(client: PacketClient): void {
  if (guardOf(client.conn)?.requireProbe().startMeasurement() === true) sendPing(client);
}

function sendPing(client: PacketClient): void {
  const directSocket = directSocketOf(client);
  if (directSocket) directSocket.appendFrame(PING_FRAME);
  else client.conn.sendPacket('ping');
}

function appendFrames(directSocket: CorkedWebSocket, { frames = [], isDeferrable }: PacketOptions): void {
  for (const frame of frames) directSocket.appendFrame(frame, isDeferrable);
}

/**
 * Replaces `writeToEngine` of Socket.IO's clients. The original drops a volatile packet whenever the previous packet is still
 * being written, so of several packets in one tick every client would get only the first. This one drops it if the client lags.
 */
export class EngineWriter {
  constructor(metrics: Pick<DeliveryMetrics, 'recordVolatileDropped'>) {
    // Shared by all connections, to save memory: Socket.IO calls it with the client as `this`.
    this.writeToEngine = function (this: PacketClient, parts, options): boolean {
      const { conn } = this;
      const corked = directSocketOf(this);
      if (!corked && options.volatile && conn.writeBuffer.length > LAG_PACKETS) {
        metrics.recordVolatileDropped();
        return false;
      }
      const text = options.preEncoded ? null : singleTextOf(parts);
      if (text !== null) {
        if (corked) corked.appendFrame(encodeFrame(text), options.isDeferrable);
        else enqueueInEngine(conn, text, options);
        return true;
      }
      if (corked && options.frames) {
        appendFrames(corked, options);
        return true;
      }
      const list = Array.isArray(parts) ? (parts as unknown[]) : [parts];
      if (corked && list.every(isPacketPart))
        for (const frame of encodeFrames(list, options)) corked.appendFrame(frame, options.isDeferrable);
      else for (const part of list) enqueueInEngine(conn, part, options);
      return true;
    };
  }

  private readonly writeToEngine: PacketClient['writeToEngine'];

  install(client: PacketClient): void {
    client.writeToEngine = this.writeToEngine;
  }
}

/** Hands a part to the engine. If the transport does not take it at once, it counts as unsent. */
function enqueueInEngine(conn: EngineConnection, part: unknown, options: PacketOptions): void {
  const guard = guardOf(conn);
  // Nothing is queued for a connection that has been cut off.
  if (guard?.hasEnded) return;
  conn.write(part, options);
  if (conn.writeBuffer.length > 0) guard?.onQueued(estimateBytes(part));
}

/** The memory that a part takes, in bytes; for a text its number of UTF-16 units, as an estimate. */
function estimateBytes(part: unknown): number {
  if (typeof part === 'string') return part.length;
  return (part as { byteLength?: number }).byteLength ?? 0;
}

/** The WebSocket of the connection if it may be written to past the engine, else null. */
function directSocketOf(client: PacketClient): CorkedWebSocket | null {
  const { conn, directSocket } = client;
  if (directSocket?.canBypassEngine) return directSocket;
  if (conn.listenerCount(PACKET_CREATE_EVENT) > 0) return null;
  const { transport } = conn;
  if (conn.readyState !== 'open' || conn.writeBuffer.length > 0 || !transport.writable) return null;
  const { socket } = transport;
  if (!(socket instanceof CorkedWebSocket) || !socket.isReady || transport.perMessageDeflate) return null;
  if (!directSocket) conn.on('newListener', onNewListener);
  socket.canBypassEngine = true;
  client.directSocket = socket;
  return socket;
}

/** Shared by all connections: the engine calls it with the connection as `this`. */
function onNewListener(this: EngineConnection, event: string): void {
  const { socket } = this.transport;
  if (event === PACKET_CREATE_EVENT && socket instanceof CorkedWebSocket) socket.canBypassEngine = false;
}

/** The text of a packet without attachments; else null. */
function singleTextOf(parts: unknown): string | null {
  const only: unknown = Array.isArray(parts) && parts.length === 1 ? parts[0] : parts;
  return typeof only === 'string' ? only : null;
}

const isPacketPart = (part: unknown): part is PacketPart =>
  typeof part === 'string' || ArrayBuffer.isView(part) || part instanceof ArrayBuffer;
