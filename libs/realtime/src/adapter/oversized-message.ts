/**
 * Skips a text message that is longer than MAX_PAYLOAD_BYTES instead of ending its connection. Nothing of it is kept but its
 * beginning, which names the command, so that the client can be told which one was too large. Every frame and every byte
 * of it counts against the budget of the connection like any other.
 */
import { WS_RECEIVER_IDLE, type WsMessageReceiver, type WsReceiver } from './ws-internals';

/** The types of both protocols, the number of the acknowledgement and the name of a command. */
const HEAD_BYTES = 256;
/** In MAX_PAYLOAD_BYTES: what is longer than that ends the connection with the close code 1009. */
export const MOST_SKIPPED_PAYLOADS = 8;

const TEXT = 1;
const FIRST_CONTROL_OPCODE = 8;

/** Who knows whether the client can be told, and tells it. */
export interface OversizeHandler {
  /** Whether there is somebody who could be told. */
  readonly maySkip: boolean;
  /** @returns false where the message was no command: then the connection is ended. */
  skipped(head: string): boolean;
}

interface Skipped {
  readonly head: Buffer;
  headLength: number;
  /** Bytes of the current frame that have been read. */
  offset: number;
}

type OversizeReceiver = WsMessageReceiver & { [HANDLER]?: OversizeHandler; [SKIPPED]?: Skipped | null };
type Done = (error?: Error) => void;

const HANDLER = Symbol('oversize handler');
const SKIPPED = Symbol('skipped message');

/** From now on messages that are too long are skipped, and the handler is told. */
export function skipOversized(of: WsReceiver, handler: OversizeHandler): void {
  const receiver = of as unknown as OversizeReceiver;
  receiver[HANDLER] = handler;
  receiver.haveLength = haveLength;
}

const ofWs = (receiver: OversizeReceiver): OversizeReceiver => Object.getPrototypeOf(receiver) as OversizeReceiver;

/** One function for all connections, as all below: it takes the place of the receiver's own. */
function haveLength(this: OversizeReceiver, done: Done): void {
  const isData = this._opcode < FIRST_CONTROL_OPCODE;
  if (isData && !this[SKIPPED] && this._payloadLength > 0 && mayBeSkipped(this)) begin(this);
  const skipped = this[SKIPPED];
  if (!isData || !skipped) return ofWs(this).haveLength.call(this, done);
  skipped.offset = 0;
  const { _maxPayload: most } = this;
  if (this._totalPayloadLength + this._payloadLength <= most * MOST_SKIPPED_PAYLOADS) this._maxPayload = 0;
  ofWs(this).haveLength.call(this, done);
  this._maxPayload = most;
}

function mayBeSkipped(receiver: OversizeReceiver): boolean {
  const { _maxPayload: most, _opcode: opcode, _compressed: compressed } = receiver;
  if (!(most > 0) || receiver._totalPayloadLength + receiver._payloadLength <= most) return false;
  return opcode === TEXT && !compressed && receiver[HANDLER]?.maySkip === true;
}

function begin(receiver: OversizeReceiver): void {
  const skipped: Skipped = { head: Buffer.alloc(HEAD_BYTES), headLength: 0, offset: 0 };
  for (const fragment of receiver._fragments) keep(skipped, fragment, undefined);
  receiver._fragments = [];
  receiver[SKIPPED] = skipped;
  receiver.getData = skipData;
}

/** Drops what has come of the frame, also where it is not complete. */
function skipData(this: OversizeReceiver, done: Done): void {
  const skipped = this[SKIPPED];
  if (!skipped || this._opcode >= FIRST_CONTROL_OPCODE) return ofWs(this).getData.call(this, done);
  const size = Math.min(this._payloadLength, this._bufferedBytes);
  if (size > 0) keep(skipped, this.consume(size), this._masked ? this._mask : undefined);
  this._payloadLength -= size;
  if (this._payloadLength > 0) {
    this._loop = false;
    return;
  }
  this._state = WS_RECEIVER_IDLE;
  if (this._fin) end(this, skipped, done);
}

/** As `ws` leaves a message behind; then it is told, or ends the connection as `ws` would have at its beginning. */
function end(receiver: OversizeReceiver, { head, headLength }: Skipped, done: Done): void {
  receiver[SKIPPED] = null;
  receiver.getData = ofWs(receiver).getData;
  receiver._totalPayloadLength = receiver._messageLength = receiver._fragmented = receiver._numFragments = 0;
  if (receiver[HANDLER]?.skipped(head.toString('utf8', 0, headLength))) return;
  const error = receiver.createError(
    RangeError,
    'Max payload size exceeded',
    false,
    1009,
    'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  );
  done(error);
}

function keep(skipped: Skipped, bytes: Buffer, mask: Buffer | undefined): void {
  const { head } = skipped;
  for (let index = 0; index < bytes.length && skipped.headLength < head.length; index++) {
    const key = mask ? (mask[(skipped.offset + index) & 3] ?? 0) : 0;
    head[skipped.headLength++] = (bytes[index] ?? 0) ^ key;
  }
  skipped.offset += bytes.length;
}
