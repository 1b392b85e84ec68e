/** Writes JSON whose pose alone changes, as bytes: it runs for each walking entity, ten times a second. */
/** Bytes of the longest number. */
const MAX_NUMBER_BYTES = 25;
const [MINUS, POINT, ZERO] = ['-', '.', '0'].map((character) => character.charCodeAt(0)) as [number, number, number];
/** Below this bound hundredths fit into 32-bit integers. */
const MAX_HUNDREDTHS = 2 ** 31;

interface PoseValues {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

// A copy outside of Node's buffer pool: a pooled buffer keeps the pool's kilobytes alive as long as it lives.
const encodeText = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

/** The JSON text after `x`, after `y` and after `facing`. */
export class PoseSeparators {
  private readonly parts: readonly [Uint8Array, Uint8Array, Uint8Array];

  constructor(...parts: [string, string, string]) {
    this.parts = parts.map(encodeText) as [Uint8Array, Uint8Array, Uint8Array];
  }

  get maxBytes(): number {
    return this.parts[0].length + this.parts[1].length + this.parts[2].length + 3 * MAX_NUMBER_BYTES;
  }

  /** @returns the offset after the text. */
  write(target: Buffer, start: number, { x, y, facing }: PoseValues): number {
    const [afterX, afterY, end] = this.parts;
    let offset = writePart(target, writeNumber(target, start, x), afterX);
    offset = writePart(target, writeNumber(target, offset, y), afterY);
    return writePart(target, writeNumber(target, offset, facing), end);
  }
}

export class PoseTemplate {
  private readonly prefix: Uint8Array;

  /** `prefix`: the JSON text before `x`. */
  constructor(
    prefix: string,
    private readonly separators: PoseSeparators,
  ) {
    this.prefix = encodeText(prefix);
  }

  /** Upper bound for the bytes that `write` writes. */
  get maxBytes(): number {
    return this.prefix.length + this.separators.maxBytes;
  }

  /** The numbers must be rounded to hundredths. @returns the offset after the text. */
  write(target: Buffer, start: number, pose: PoseValues): number {
    target.set(this.prefix, start);
    return this.separators.write(target, start + this.prefix.length, pose);
  }
}

// Byte by byte: for texts this short a call of `set` costs more.
function writePart(target: Buffer, start: number, part: Uint8Array): number {
  let offset = start;
  for (const byte of part) target[offset++] = byte;
  return offset;
}

function writeNumber(target: Buffer, start: number, value: number): number {
  const hundredths = Math.round(Math.abs(value) * 100);
  if (!(hundredths < MAX_HUNDREDTHS)) return start + target.write(JSON.stringify(value), start, 'latin1');
  let offset = start;
  if (value < 0 && hundredths > 0) target[offset++] = MINUS;
  const whole = Math.floor(hundredths / 100);
  const rest = hundredths - whole * 100;
  offset = writeWhole(target, offset, whole);
  if (rest === 0) return offset;
  const tenths = Math.floor(rest / 10);
  target[offset++] = POINT;
  target[offset++] = ZERO + tenths;
  if (rest !== tenths * 10) target[offset++] = ZERO + rest - tenths * 10;
  return offset;
}

function writeWhole(target: Buffer, start: number, whole: number): number {
  let end = start + 1;
  for (let bound = 10; whole >= bound; bound *= 10) end++;
  let remaining = whole;
  for (let offset = end - 1; offset >= start; offset--) {
    const quotient = Math.floor(remaining / 10);
    target[offset] = ZERO + remaining - quotient * 10;
    remaining = quotient;
  }
  return end;
}
