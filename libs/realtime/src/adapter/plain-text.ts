/** Reads the frames that commands come in, where they are as plain as most are. */

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
const LENGTH = 0x7f;
const MEDIUM = 126;
const MASK_BYTES = 4;
const NO_ASCII = 0x80;

/** Commands are shorter. What is read goes here, so that the chunk stays as it came, and nothing is made but the text. */
const unmasked = Buffer.allocUnsafe(4_096);

/** The text of bytes, the first `size` of them, that are one whole masked frame of ASCII; null for everything else. */
export function plainText(chunk: Buffer, size = chunk.length): string | null {
  if (size < 2 + MASK_BYTES || chunk[0] !== FINAL_TEXT) return null;
  const second = chunk[1] ?? 0;
  let length = second & LENGTH;
  let mask = 2;
  if (length === MEDIUM && size > 4) {
    length = chunk.readUInt16BE(2);
    mask = 4;
  } else if (length >= MEDIUM) return null;
  const from = mask + MASK_BYTES;
  if (second < MASKED || size !== from + length || length > unmasked.length) return null;
  let all = 0;
  for (let index = 0; index < length; index++) {
    const byte = (chunk[from + index] ?? 0) ^ (chunk[mask + (index & 3)] ?? 0);
    unmasked[index] = byte;
    all |= byte;
  }
  return all < NO_ASCII ? unmasked.toString('latin1', 0, length) : null;
}
