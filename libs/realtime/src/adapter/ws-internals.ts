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
