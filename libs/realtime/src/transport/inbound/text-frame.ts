/** Decodes the most common kind of inbound frame without `ws`: one complete, masked text frame in ASCII. */

const FINAL_TEXT = 0x81;
const MASK_BIT = 0x80;
const LENGTH_BITS = 0x7f;
const MEDIUM_LENGTH = 126;
const MASK_BYTES = 4;
const NON_ASCII_BIT = 0x80;

/** Reused for every frame; longer frames are left to `ws`. Unmasking in place would change the chunk, which `ws` may need. */
const unmasked = Buffer.allocUnsafe(4_096);

/** @returns the text if the first `size` bytes are exactly one final, masked text frame in ASCII; else null. */
export function decodeTextFrame(chunk: Buffer, size = chunk.length): string | null {
  if (size < 2 + MASK_BYTES || chunk[0] !== FINAL_TEXT) return null;
  const second = chunk[1] ?? 0;
  let length = second & LENGTH_BITS;
  let maskStart = 2;
  if (length === MEDIUM_LENGTH && size > 4) {
    length = chunk.readUInt16BE(2);
    maskStart = 4;
  } else if (length >= MEDIUM_LENGTH) return null;
  const payloadStart = maskStart + MASK_BYTES;
  if (second < MASK_BIT || size !== payloadStart + length || length > unmasked.length) return null;
  let combinedBits = 0;
  for (let index = 0; index < length; index++) {
    const byte = (chunk[payloadStart + index] ?? 0) ^ (chunk[maskStart + (index & 3)] ?? 0);
    unmasked[index] = byte;
    combinedBits |= byte;
  }
  return combinedBits < NON_ASCII_BIT ? unmasked.toString('latin1', 0, length) : null;
}
