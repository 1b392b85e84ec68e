// WebSocket frames as a client sends them: masked and encoded once, with a fresh timestamp for each send.

// Not zero, so that the server has to unmask as for a browser.
const MASKING_KEY = Buffer.from([0x5a, 0xc3, 0x17, 0x9e]);
export const TEXT = 1;
export const BINARY = 2;
export const PONG = 10;
const FINAL = 0x80;
const MASKED = 0x80;

export function maskedFrame(opcode, payload) {
  const body = Buffer.from(payload);
  const long = body.length > 125;
  if (body.length > 0xffff) throw new Error('the benchmark client sends payloads of at most 65,535 bytes');
  const head = Buffer.alloc((long ? 4 : 2) + MASKING_KEY.length);
  head[0] = FINAL | opcode;
  head[1] = MASKED | (long ? 126 : body.length);
  if (long) head.writeUInt16BE(body.length, 2);
  MASKING_KEY.copy(head, head.length - MASKING_KEY.length);
  for (let at = 0; at < body.length; at++) body[at] ^= MASKING_KEY[at % 4];
  return Buffer.concat([head, body]);
}

// Keeps every timestamp of a process at 13 digits, so that it always has the same length.
const EPOCH = 1e12;
export const stamp = () => EPOCH + Math.round(performance.now() * 1_000);
export const ageMs = (stamped) => performance.now() - (stamped - EPOCH) / 1_000;
/** Reserves the bytes that a `StampedFrame` overwrites. */
export const PLACEHOLDER_STAMP = EPOCH;

const doubleBytes = Buffer.alloc(8);

/** A frame whose timestamp alone changes. It follows `mark`: as digits in a text frame, as a double in a binary one. */
export class StampedFrame {
  #frame;
  #stampOffset;
  #maskPhase;
  #writeStamp;

  constructor(opcode, payload, mark) {
    const body = Buffer.from(payload);
    const found = body.indexOf(mark);
    if (found < 0) throw new Error('the payload does not contain the mark that precedes the timestamp');
    this.#maskPhase = found + mark.length;
    this.#frame = maskedFrame(opcode, body);
    this.#stampOffset = this.#frame.length - body.length + this.#maskPhase;
    this.#writeStamp = opcode === TEXT ? writeDigits : writeDouble;
  }

  /** Returns a copy, because the previous frame may still be in the send buffer. */
  now() {
    const frame = Buffer.allocUnsafe(this.#frame.length);
    this.#frame.copy(frame);
    this.#writeStamp(frame, this.#stampOffset, this.#maskPhase, stamp());
    return frame;
  }
}

function writeDigits(frame, at, phase, value) {
  let rest = value;
  for (let place = 12; place >= 0; place--) {
    const next = Math.floor(rest / 10);
    frame[at + place] = (48 + rest - next * 10) ^ MASKING_KEY[(phase + place) % 4];
    rest = next;
  }
}

function writeDouble(frame, at, phase, value) {
  doubleBytes.writeDoubleBE(value);
  for (let place = 0; place < 8; place++) frame[at + place] = doubleBytes[place] ^ MASKING_KEY[(phase + place) % 4];
}
