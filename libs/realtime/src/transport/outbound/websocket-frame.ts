/** Encodes WebSocket frames as a server sends them: unfragmented, unmasked, with header and payload in one buffer. */

/** A part of a Socket.IO packet: its text, or an attachment. */
export type PacketPart = string | ArrayBufferView | ArrayBuffer;

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
const MAX_SHORT_LENGTH = 125;
const MAX_MEDIUM_LENGTH = 0xffff;
/** The packet type `message` of the engine, which precedes a text; attachments have no type. */
const ENGINE_MESSAGE_TYPE = 0x34;

/** Encodes a part of a packet. The bytes of an attachment are copied, so later changes to it do not affect the frame. */
export function encodeFrame(part: PacketPart): Buffer {
  if (typeof part !== 'string') {
    const bytes = toBuffer(part);
    const { frame, at } = allocateFrame(FINAL_BINARY, bytes.length);
    bytes.copy(frame, at);
    return frame;
  }
  const length = Buffer.byteLength(part);
  const { frame, at } = allocateFrame(FINAL_TEXT, 1 + length);
  frame[at] = ENGINE_MESSAGE_TYPE;
  // Most texts are ASCII, and `latin1` writes those without encoding.
  frame.write(part, at + 1, length === part.length ? 'latin1' : 'utf8');
  return frame;
}

/** Encodes a text that consists of several pieces; a piece given as a buffer must be UTF-8. */
export function encodeTextFrame(pieces: readonly (string | Buffer)[]): Buffer {
  let length = 1;
  for (const piece of pieces) length += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
  const { frame, at: payloadStart } = allocateFrame(FINAL_TEXT, length);
  frame[payloadStart] = ENGINE_MESSAGE_TYPE;
  let at = payloadStart + 1;
  for (const piece of pieces) at += typeof piece === 'string' ? frame.write(piece, at) : piece.copy(frame, at);
  return frame;
}

/** Decodes the text that `encodeFrame` or `encodeTextFrame` encoded. */
export function textOfFrame(frame: Buffer): string {
  const second = frame[1] ?? 0;
  const payloadStart = second <= MAX_SHORT_LENGTH ? 2 : second === 126 ? 4 : 10;
  return frame.toString('utf8', payloadStart + 1);
}

function toBuffer(part: ArrayBufferView | ArrayBuffer): Buffer {
  if (Buffer.isBuffer(part)) return part;
  return part instanceof ArrayBuffer ? Buffer.from(part) : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}

function allocateFrame(first: number, length: number): { frame: Buffer; at: number } {
  const at = length <= MAX_SHORT_LENGTH ? 2 : length <= MAX_MEDIUM_LENGTH ? 4 : 10;
  const frame = Buffer.allocUnsafe(at + length);
  frame[0] = first;
  if (at === 2) frame[1] = length;
  else if (at === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(length, 4, 6);
  }
  return { frame, at };
}
