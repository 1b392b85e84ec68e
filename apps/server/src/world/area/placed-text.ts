/** JSON in which nothing but a place changes, written as bytes: it is done for everybody who walks, ten times a second. */
/** The longest that a number takes. */
const NUMBER_BYTES = 25;
const [MINUS, POINT, ZERO] = ['-', '.', '0'].map((character) => character.charCodeAt(0)) as [number, number, number];
/** Up to here hundredths are counted in 32 bits. */
const MOST_HUNDREDTHS = 2 ** 31;

interface Where {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

// Not a buffer: as long as that is there, so are the kilobytes that Node has cut it from.
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

/** What stands after `x`, after `y`, and after `facing`. */
export class Form {
  private readonly parts: readonly [Uint8Array, Uint8Array, Uint8Array];

  constructor(...parts: [string, string, string]) {
    this.parts = parts.map(bytesOf) as [Uint8Array, Uint8Array, Uint8Array];
  }

  get bytes(): number {
    return this.parts[0].length + this.parts[1].length + this.parts[2].length + 3 * NUMBER_BYTES;
  }

  /** @returns where it ends. */
  write(target: Buffer, from: number, { x, y, facing }: Where): number {
    const [afterX, afterY, end] = this.parts;
    let at = writePart(target, writeNumber(target, from, x), afterX);
    at = writePart(target, writeNumber(target, at, y), afterY);
    return writePart(target, writeNumber(target, at, facing), end);
  }
}

export class PlacedText {
  private readonly head: Uint8Array;

  /** `head`: what stands before `x`. */
  constructor(
    head: string,
    private readonly form: Form,
  ) {
    this.head = bytesOf(head);
  }

  /** At most so many bytes are written. */
  get bytes(): number {
    return this.head.length + this.form.bytes;
  }

  /** Numbers are whole hundredths. @returns where it ends. */
  write(target: Buffer, from: number, where: Where): number {
    target.set(this.head, from);
    return this.form.write(target, from + this.head.length, where);
  }
}

// Byte by byte: they are too short for what a call of `set` costs.
function writePart(target: Buffer, from: number, part: Uint8Array): number {
  let at = from;
  for (const byte of part) target[at++] = byte;
  return at;
}

function writeNumber(target: Buffer, from: number, value: number): number {
  const hundredths = Math.round(Math.abs(value) * 100);
  if (!(hundredths < MOST_HUNDREDTHS)) return from + target.write(JSON.stringify(value), from, 'latin1');
  let at = from;
  if (value < 0 && hundredths > 0) target[at++] = MINUS;
  const whole = Math.floor(hundredths / 100);
  const rest = hundredths - whole * 100;
  at = writeWhole(target, at, whole);
  if (rest === 0) return at;
  const tenths = Math.floor(rest / 10);
  target[at++] = POINT;
  target[at++] = ZERO + tenths;
  if (rest !== tenths * 10) target[at++] = ZERO + rest - tenths * 10;
  return at;
}

function writeWhole(target: Buffer, from: number, whole: number): number {
  let end = from + 1;
  for (let bound = 10; whole >= bound; bound *= 10) end++;
  let left = whole;
  for (let at = end - 1; at >= from; at--) {
    const less = Math.floor(left / 10);
    target[at] = ZERO + left - less * 10;
    left = less;
  }
  return end;
}
