/**
 * One buffer that the kernel fills for all connections in turn. Left to itself, Node takes 64 KiB from the system for each
 * chunk, gives back what was too much, and leaves the rest to the garbage collector: for a command of a hundred bytes that
 * costs more than reading it.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** As much as Node reads at once. */
const shared = Buffer.allocUnsafeSlow(64 * 1024);

export interface Reader {
  /** @returns whether it has taken the first `length` bytes, which are others once it has returned. */
  takes(bytes: Buffer, length: number): boolean;
}

const READER = Symbol('reader');

interface Insides {
  [READER]?: Reader;
  [slot: symbol]: unknown;
  readonly _handle?: { readonly useUserBuffer?: (buffer: Buffer) => void } | null;
}

/** Where Node keeps what its option `onread` asks for, which connections that come in cannot be given. */
const [BUFFER, CALLBACK] = ['kBuffer', 'kBufferCb'].map((name) =>
  Object.getOwnPropertySymbols(new Socket()).find(({ description }) => description === name),
);

/** Whether this version of Node still has these slots. Without them connections are read in its own way. */
export const hasReadSlots = (): boolean => BUFFER !== undefined && CALLBACK !== undefined;

/** Node calls it with the connection as `this`. @returns whether it may go on reading. */
function arrived(this: Socket & Insides, length: number): boolean {
  // Nothing overtakes what has come before and waits, for only who flows has handed on all of that.
  if (this.readableFlowing === true && this[READER]?.takes(shared, length)) return true;
  // No part of a pool: the four bytes of its mask that `ws` keeps of the last frame would keep all of that.
  const own = Buffer.allocUnsafeSlow(length);
  shared.copy(own, 0, 0, length);
  return this.push(own);
}

/** From now on. @returns false where it cannot be had: under TLS, and from a Node that has it no more. */
export function readShared(connection: Duplex): boolean {
  const { _handle: handle } = connection as unknown as Insides;
  if (connection.constructor !== Socket || !BUFFER || !CALLBACK || !handle?.useUserBuffer) return false;
  const slots = connection as unknown as Insides;
  slots[BUFFER] = shared;
  slots[CALLBACK] = arrived;
  handle.useUserBuffer(shared);
  return true;
}

/** What comes by a connection whose reads are shared is offered to `reader` first. Of others nothing is. */
export function readFirst(connection: Duplex, reader: Reader): void {
  (connection as unknown as Insides)[READER] = reader;
}
