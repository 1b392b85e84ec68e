// WebSocket frames as a client sends them: masked, made once, and stamped with the time at each send.

// Any key but zero: the server has to unmask as it has to with a browser.
const KEY = Buffer.from([0x5a, 0xc3, 0x17, 0x9e]);
export const TEXT = 1;
export const BINARY = 2;
export const PONG = 10;
const FINAL = 0x80;
const MASKED = 0x80;

export function clientFrame(opcode, payload) {
  const body = Buffer.from(payload);
  const long = body.length > 125;
  if (body.length > 0xffff) throw new Error('too long for a client of a benchmark');
  const head = Buffer.alloc((long ? 4 : 2) + KEY.length);
  head[0] = FINAL | opcode;
  head[1] = MASKED | (long ? 126 : body.length);
  if (long) head.writeUInt16BE(body.length, 2);
  KEY.copy(head, head.length - KEY.length);
  for (let at = 0; at < body.length; at++) body[at] ^= KEY[at % 4];
  return Buffer.concat([head, body]);
}

// 13 digits from the first to the last microsecond of a process: a stamp takes the same room whenever it is written.
const EPOCH = 1e12;
export const stamp = () => EPOCH + Math.round(performance.now() * 1_000);
export const ageMs = (stamped) => performance.now() - (stamped - EPOCH) / 1_000;
/** To be replaced: looks like any stamp. */
export const BLANK = EPOCH;

const double = Buffer.alloc(8);

/** A frame of which only the stamp changes. `mark` is what stands before it; digits in text, eight bytes otherwise. */
export class StampedFrame {
  #frame;
  #at;
  #phase;
  #write;

  constructor(opcode, payload, mark) {
    const body = Buffer.from(payload);
    const found = body.indexOf(mark);
    if (found < 0) throw new Error('there is no place for the stamp');
    this.#phase = found + mark.length;
    this.#frame = clientFrame(opcode, body);
    this.#at = this.#frame.length - body.length + this.#phase;
    this.#write = opcode === TEXT ? digits : bytes;
  }

  /** A copy: the one before may still wait to be sent. */
  now() {
    const frame = Buffer.allocUnsafe(this.#frame.length);
    this.#frame.copy(frame);
    this.#write(frame, this.#at, this.#phase, stamp());
    return frame;
  }
}

function digits(frame, at, phase, value) {
  let rest = value;
  for (let place = 12; place >= 0; place--) {
    const next = Math.floor(rest / 10);
    frame[at + place] = (48 + rest - next * 10) ^ KEY[(phase + place) % 4];
    rest = next;
  }
}

function bytes(frame, at, phase, value) {
  double.writeDoubleBE(value);
  for (let place = 0; place < 8; place++) frame[at + place] = double[place] ^ KEY[(phase + place) % 4];
}
