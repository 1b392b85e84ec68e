/**
 * Lets all connections read into one shared buffer. By default Node allocates 64 KiB for each chunk, shrinks it to the size
 * read, and leaves the rest to the garbage collector: for a command of a hundred bytes that costs more than the read itself.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** 64 KiB: the amount that Node reads at once. */
const sharedBuffer = Buffer.allocUnsafeSlow(64 * 1024);

export interface ChunkReader {
  /** The buffer is reused as soon as this returns. @returns whether the reader has consumed the first `length` bytes. */
  tryConsume(bytes: Buffer, length: number): boolean;
}

const READER = Symbol('reader');

interface ReadableInternals {
  [READER]?: ChunkReader;
  [slot: symbol]: unknown;
  readonly _handle?: { readonly useUserBuffer?: (buffer: Buffer) => void } | null;
}

/** The slots in which Node stores its option `onread`. Accepted connections cannot be given that option, so they are set here. */
const [BUFFER, CALLBACK] = ['kBuffer', 'kBufferCb'].map((name) =>
  Object.getOwnPropertySymbols(new Socket()).find(({ description }) => description === name),
);

/** Whether this version of Node has these slots. Without them, connections are read as usual. */
export const hasReadSlots = (): boolean => BUFFER !== undefined && CALLBACK !== undefined;

/** Node calls this with the connection as `this`. @returns whether Node may go on reading. */
function onRead(this: Socket & ReadableInternals, length: number): boolean {
  // Only a flowing stream has passed on all earlier chunks: otherwise this chunk would overtake them.
  if (this.readableFlowing === true && this[READER]?.tryConsume(sharedBuffer, length)) return true;
  // Not from the pool of Node: `ws` keeps the four bytes of the last mask, which would keep the whole pool in memory.
  const copy = Buffer.allocUnsafeSlow(length);
  sharedBuffer.copy(copy, 0, 0, length);
  return this.push(copy);
}

/** Switches a connection to the shared buffer. @returns false if that is impossible: under TLS, or without Node's slots. */
export function enableSharedReads(connection: Duplex): boolean {
  const { _handle: handle } = connection as unknown as ReadableInternals;
  if (connection.constructor !== Socket || !BUFFER || !CALLBACK || !handle?.useUserBuffer) return false;
  const slots = connection as unknown as ReadableInternals;
  slots[BUFFER] = sharedBuffer;
  slots[CALLBACK] = onRead;
  handle.useUserBuffer(sharedBuffer);
  return true;
}

/** Offers every chunk of the connection to `reader` first. Has no effect unless `enableSharedReads` has succeeded. */
export function setChunkReader(connection: Duplex, reader: ChunkReader): void {
  (connection as unknown as ReadableInternals)[READER] = reader;
}
