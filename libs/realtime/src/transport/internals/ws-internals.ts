/** Types of the private members of `ws` that the transport uses. `transport-internals.ts` checks them at boot. */
import type { Duplex, Writable } from 'node:stream';
import type { WebSocket } from 'ws';

/** Parses the bytes of a TCP connection into frames. */
export interface WsReceiver extends Writable {
  /** `WS_RECEIVER_IDLE` at the beginning of a frame; another value within one. */
  readonly _state: number;
  /** The opcode of the first frame of an incomplete fragmented message; else 0. */
  readonly _fragmented: number;
  /** The maximum length of a message in bytes; 0 means unlimited. */
  readonly _maxPayload: number;
  _loop: boolean;
  _buffers: Buffer[];
  _bufferedBytes: number;
  /** Begins to read a frame. */
  getInfo: (this: WsReceiver, done: (error?: Error) => void) => void;
}

type ReadStep = (this: WsMessageReceiver, done: (error?: Error) => void) => void;

/** The same receiver, with the members that are needed to read the payload of a message in its place. */
export interface WsMessageReceiver extends Writable {
  readonly _compressed: boolean;
  readonly _fin: boolean;
  readonly _mask?: Buffer;
  readonly _masked: boolean;
  readonly _opcode: number;
  readonly _bufferedBytes: number;
  _fragmented: number;
  _fragments: Buffer[];
  _loop: boolean;
  _maxPayload: number;
  _messageLength: number;
  _numFragments: number;
  /** The length of the current frame, or of its unread rest while it is read in pieces. */
  _payloadLength: number;
  _state: number;
  _totalPayloadLength: number;
  /** Called when the length of a frame is known. */
  haveLength: ReadStep;
  getData: ReadStep;
  consume(bytes: number): Buffer;
  createError(type: typeof RangeError, message: string, prefix: boolean, closeCode: number, code: string): Error;
}

/** The `_state` of a receiver at the beginning of a frame. */
export const WS_RECEIVER_IDLE = 0;

export type SendFrame = (this: WsSender, list: readonly Buffer[], done?: (error?: Error) => void) => void;

/** Sends frames; every encoded frame of `ws` passes through `sendFrame`. */
export interface WsSender {
  sendFrame: SendFrame;
}

export interface WsInternals {
  readonly _socket?: Duplex | null;
  readonly _receiver?: WsReceiver | null;
  readonly _sender?: WsSender;
  readonly _closeFrameReceived: boolean;
}

export const wsInternalsOf = (socket: WebSocket): WsInternals => socket as unknown as WsInternals;
