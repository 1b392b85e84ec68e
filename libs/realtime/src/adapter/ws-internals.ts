/** What the transport needs of `ws` beyond its public API, in one place. `transport-internals.ts` proves it at boot. */
import type { Duplex, Writable } from 'node:stream';
import type { WebSocket } from 'ws';

/** Makes frames of what the kernel hands over. */
export interface WsReceiver extends Writable {
  /** `WS_RECEIVER_IDLE`, or somewhere in a frame. */
  readonly _state: number;
  /** Of a message in fragments that is not complete: the opcode of its first frame; else 0. */
  readonly _fragmented: number;
  /** Of a message, in bytes; 0: any length. */
  readonly _maxPayload: number;
  _loop: boolean;
  _buffers: Buffer[];
  _bufferedBytes: number;
  /** Begins to read a frame. */
  getInfo: (this: WsReceiver, done: (error?: Error) => void) => void;
}

type Read = (this: WsMessageReceiver, done: (error?: Error) => void) => void;

/** The same receiver, for who takes its place in reading a message. */
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
  /** Of the current frame; what is left of it where it is read in pieces. */
  _payloadLength: number;
  _state: number;
  _totalPayloadLength: number;
  /** The length of a frame is known. */
  haveLength: Read;
  getData: Read;
  consume(bytes: number): Buffer;
  createError(type: typeof RangeError, message: string, prefix: boolean, closeCode: number, code: string): Error;
}

/** Where the receiver is at the beginning of a frame. */
export const WS_RECEIVER_IDLE = 0;

export type SendFrame = (this: WsSender, list: readonly Buffer[], done?: (error?: Error) => void) => void;

/** All frames that have been encoded pass `sendFrame`. */
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
