/** WebSocket frames as a server sends them: whole, unmasked, header and payload in one buffer. */

/** A part of a Socket.IO packet: its text, or an attachment. */
export type Part = string | ArrayBufferView | ArrayBuffer;

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
const SHORT = 125;
const MEDIUM = 0xffff;
/** What the engine's protocol puts before a text; attachments come without. */
const MESSAGE = 0x34;

/** Attachments are copied: what happens to them later changes nothing. */
export function frameOf(part: Part): Buffer {
  if (typeof part !== 'string') {
    const bytes = bytesOf(part);
    const { frame, at } = begin(FINAL_BINARY, bytes.length);
    bytes.copy(frame, at);
    return frame;
  }
  const length = Buffer.byteLength(part);
  const { frame, at } = begin(FINAL_TEXT, 1 + length);
  frame[at] = MESSAGE;
  // Where every character takes one byte, as nearly always, there is nothing to be encoded.
  frame.write(part, at + 1, length === part.length ? 'latin1' : 'utf8');
  return frame;
}

/** The frame of a text that is put together of pieces, those of bytes in UTF-8. */
export function frameOfPieces(pieces: readonly (string | Buffer)[]): Buffer {
  let length = 1;
  for (const piece of pieces) length += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
  const { frame, at: begun } = begin(FINAL_TEXT, length);
  frame[begun] = MESSAGE;
  let at = begun + 1;
  for (const piece of pieces) at += typeof piece === 'string' ? frame.write(piece, at) : piece.copy(frame, at);
  return frame;
}

/** What `frameOf` was given, of the frame of a text. */
export function textIn(frame: Buffer): string {
  const second = frame[1] ?? 0;
  const from = second <= SHORT ? 2 : second === 126 ? 4 : 10;
  return frame.toString('utf8', from + 1);
}

function bytesOf(part: ArrayBufferView | ArrayBuffer): Buffer {
  if (Buffer.isBuffer(part)) return part;
  return part instanceof ArrayBuffer ? Buffer.from(part) : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}

function begin(first: number, length: number): { frame: Buffer; at: number } {
  const at = length <= SHORT ? 2 : length <= MEDIUM ? 4 : 10;
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
