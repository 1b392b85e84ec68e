/** The JSON of a move, written as bytes: it is done for everybody who walks, ten times a second. */
/** The longest that a number takes, and what stands between numbers. */
const NUMBER_BYTES = 26;
const [COMMA, MINUS, POINT, ZERO, END] = [',', '-', '.', '0', ']'].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
];
/** Up to here hundredths are counted in 32 bits. */
const MOST_HUNDREDTHS = 2 ** 31;

interface Where {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

export class MoveText {
  // Not a buffer: as long as that is there, so are the kilobytes that Node has cut it from.
  private readonly head: Uint8Array;

  constructor(id: string) {
    this.head = Uint8Array.from(Buffer.from(`[${JSON.stringify(id)},`));
  }

  /** At most so many bytes are written. */
  get bytes(): number {
    return this.head.length + 3 * NUMBER_BYTES;
  }

  /** Numbers are whole hundredths. @returns where it ends. */
  write(target: Buffer, from: number, { x, y, facing }: Where): number {
    target.set(this.head, from);
    let at = from + this.head.length;
    at = writeNumber(target, at, x);
    target[at++] = COMMA;
    at = writeNumber(target, at, y);
    target[at++] = COMMA;
    at = writeNumber(target, at, facing);
    target[at++] = END;
    return at;
  }
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
