/** WebSocket frames as a client writes them, correct or deliberately not. */

export const CONTINUATION = 0;
export const TEXT_OPCODE = 1;
export const BINARY_OPCODE = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG_OPCODE = 10;

export interface FrameShape {
  readonly fin?: boolean;
  /** The three reserved bits, as a number from 0 to 7. */
  readonly rsv?: number;
  readonly masked?: boolean;
  /** How many bytes carry the length; more than needed is not minimal and therefore wrong. */
  readonly lengthBytes?: 0 | 2 | 8;
  /** What the header claims; the payload may be shorter. */
  readonly claimedLength?: number;
}

const KEY = Buffer.from([0x5a, 0xc3, 0x17, 0x9e]);

export function frame(opcode: number, payload: string | Buffer = '', shape: FrameShape = {}): Buffer {
  const { fin = true, rsv = 0, masked = true } = shape;
  const body = Buffer.from(payload);
  const length = shape.claimedLength ?? body.length;
  const lengthBytes = shape.lengthBytes ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (lengthBytes === 0 ? length & 127 : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) head.writeUInt16BE(length & 0xffff, 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, body]);
  for (let at = 0; at < body.length; at++) body[at] = (body[at] ?? 0) ^ (KEY[at % 4] ?? 0);
  return Buffer.concat([head, KEY, body]);
}

export const textFrame = (payload: string): Buffer => frame(TEXT_OPCODE, payload);

/** The same bytes `count` times, in one buffer. */
export const repeated = (bytes: Buffer, count: number): Buffer => Buffer.concat(Array<Buffer>(count).fill(bytes));
