/**
 * Skips a text message longer than MAX_PAYLOAD_BYTES instead of ending its connection. Only the head of the message is kept:
 * it names the command, so that the client gets an error for it. All its frames and bytes count against the budget of the
 * connection.
 */
import { WS_RECEIVER_IDLE, type WsMessageReceiver, type WsReceiver } from '../internals/ws-internals';

/** Enough for the packet types of both protocols, the acknowledgement id and the name of a command. */
const HEAD_BYTES = 256;
/** In multiples of MAX_PAYLOAD_BYTES: a longer message ends the connection with the close code 1009. */
export const MAX_SKIPPED_PAYLOADS = 8;

const TEXT = 1;
const FIRST_CONTROL_OPCODE = 8;

/** Decides whether an oversized message may be skipped, and reports the skipped command to the client. */
export interface OversizeHandler {
  /** Whether the client could be sent an error for a skipped message. */
  readonly canSkipOversized: boolean;
  /** Called with the head of a skipped message. @returns false if it was no command: then the connection is ended. */
  onSkipped(head: string): boolean;
}

interface SkippedMessage {
  readonly head: Buffer;
  headLength: number;
  /** Bytes of the current frame that have been read. */
  offset: number;
}

type OversizeReceiver = WsMessageReceiver & { [HANDLER]?: OversizeHandler; [SKIPPED]?: SkippedMessage | null };
type ReadCallback = (error?: Error) => void;

const HANDLER = Symbol('oversize handler');
const SKIPPED = Symbol('skipped message');

/** Makes the receiver skip oversized messages and pass their heads to the handler. */
export function skipOversized(wsReceiver: WsReceiver, handler: OversizeHandler): void {
  const receiver = wsReceiver as unknown as OversizeReceiver;
  receiver[HANDLER] = handler;
  receiver.haveLength = haveLength;
}

const wsPrototypeOf = (receiver: OversizeReceiver): OversizeReceiver =>
  Object.getPrototypeOf(receiver) as OversizeReceiver;

/** Replaces the method of the receiver; shared by all connections, like the functions below. */
function haveLength(this: OversizeReceiver, done: ReadCallback): void {
  const isData = this._opcode < FIRST_CONTROL_OPCODE;
  if (isData && !this[SKIPPED] && this._payloadLength > 0 && canBeSkipped(this)) startSkipping(this);
  const skipped = this[SKIPPED];
  if (!isData || !skipped) return wsPrototypeOf(this).haveLength.call(this, done);
  skipped.offset = 0;
  const { _maxPayload: maxPayload } = this;
  if (this._totalPayloadLength + this._payloadLength <= maxPayload * MAX_SKIPPED_PAYLOADS) this._maxPayload = 0;
  wsPrototypeOf(this).haveLength.call(this, done);
  this._maxPayload = maxPayload;
}

function canBeSkipped(receiver: OversizeReceiver): boolean {
  const { _maxPayload: maxPayload, _opcode: opcode, _compressed: isCompressed } = receiver;
  if (!(maxPayload > 0) || receiver._totalPayloadLength + receiver._payloadLength <= maxPayload) return false;
  return opcode === TEXT && !isCompressed && receiver[HANDLER]?.canSkipOversized === true;
}

function startSkipping(receiver: OversizeReceiver): void {
  const skipped: SkippedMessage = { head: Buffer.alloc(HEAD_BYTES), headLength: 0, offset: 0 };
  for (const fragment of receiver._fragments) appendToHead(skipped, fragment, undefined);
  receiver._fragments = [];
  receiver[SKIPPED] = skipped;
  receiver.getData = skipData;
}

/** Discards the received bytes of the current frame, which may be incomplete. */
function skipData(this: OversizeReceiver, done: ReadCallback): void {
  const skipped = this[SKIPPED];
  if (!skipped || this._opcode >= FIRST_CONTROL_OPCODE) return wsPrototypeOf(this).getData.call(this, done);
  const size = Math.min(this._payloadLength, this._bufferedBytes);
  if (size > 0) appendToHead(skipped, this.consume(size), this._masked ? this._mask : undefined);
  this._payloadLength -= size;
  if (this._payloadLength > 0) {
    this._loop = false;
    return;
  }
  this._state = WS_RECEIVER_IDLE;
  if (this._fin) finishSkipping(this, skipped, done);
}

/** Resets the receiver as `ws` does after a message. If the handler refuses, ends the connection with the error of `ws`. */
function finishSkipping(receiver: OversizeReceiver, { head, headLength }: SkippedMessage, done: ReadCallback): void {
  receiver[SKIPPED] = null;
  receiver.getData = wsPrototypeOf(receiver).getData;
  receiver._totalPayloadLength = receiver._messageLength = receiver._fragmented = receiver._numFragments = 0;
  if (receiver[HANDLER]?.onSkipped(head.toString('utf8', 0, headLength))) return;
  const error = receiver.createError(
    RangeError,
    'Max payload size exceeded',
    false,
    1009,
    'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  );
  done(error);
}

function appendToHead(skipped: SkippedMessage, bytes: Buffer, mask: Buffer | undefined): void {
  const { head } = skipped;
  for (let index = 0; index < bytes.length && skipped.headLength < head.length; index++) {
    const key = mask ? (mask[(skipped.offset + index) & 3] ?? 0) : 0;
    head[skipped.headLength++] = (bytes[index] ?? 0) ^ key;
  }
  skipped.offset += bytes.length;
}
