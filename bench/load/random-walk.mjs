// The path of one player: straight lines with occasional turns inside a field, just below the maximum speed.

/** Units per second: 98 % of the zone's speed, which rounded positions do not exceed either. */
const SPEED = 5 * 0.98;
/** Number of recent positions kept, to find the time at which a received position was sent. */
const HISTORY_SIZE = 64;
const [TURN_AFTER, TURN_SPREAD] = [20, 40];

const roundToHundredths = (value) => Math.round(value * 100) / 100;
/** A low-discrepancy sequence between 0 and 1, the same in every run. */
const quasiRandom = (number, irrational) => (number * irrational) % 1;

/** Spreads positions evenly over a field `{ x, y, side }`. */
export function spreadPositions({ x, y, side }, count) {
  return Array.from({ length: count }, (_, index) => ({
    x: roundToHundredths(x + quasiRandom(index + 1, 0.7548776662) * side),
    y: roundToHundredths(y + quasiRandom(index + 1, 0.569840291) * side),
  }));
}

export class RandomWalk {
  /** Number of positions sent. */
  sent = 0;
  #field;
  #number;
  #x;
  #y;
  #direction;
  #turns = 0;
  #turnAfter;
  #movedAt;
  #xs = new Int32Array(HISTORY_SIZE);
  #ys = new Int32Array(HISTORY_SIZE);
  #times = new Float64Array(HISTORY_SIZE);

  constructor(field, number, { x, y }) {
    this.#field = field;
    this.#number = number;
    [this.#x, this.#y] = [x, y];
    this.#changeDirection();
    this.#recordPosition(roundToHundredths(x), roundToHundredths(y));
  }

  /** Starts the clock that the length of the first step is measured by. */
  begin(now) {
    this.#movedAt = now;
  }

  /** Advances to the position at `now` and records it as sent. */
  step(now) {
    if (this.sent >= this.#turnAfter) this.#changeDirection();
    const length = ((now - this.#movedAt) / 1_000) * SPEED;
    this.#movedAt = now;
    this.#x = this.#advance(this.#x, this.#field.x, length * Math.cos(this.#direction), Math.PI);
    this.#y = this.#advance(this.#y, this.#field.y, length * Math.sin(this.#direction), 0);
    const [x, y] = [roundToHundredths(this.#x), roundToHundredths(this.#y)];
    this.sent++;
    this.#recordPosition(x, y, now);
    return { seq: this.sent, x, y, facing: roundToHundredths(this.#direction) };
  }

  /** The number of a recent position; -1 if it is none of them. */
  numberOf(x, y) {
    const [atX, atY] = [Math.round(x * 100), Math.round(y * 100)];
    const first = Math.max(0, this.sent - HISTORY_SIZE + 1);
    for (let number = this.sent; number >= first; number--) {
      if (this.#xs[number % HISTORY_SIZE] === atX && this.#ys[number % HISTORY_SIZE] === atY) return number;
    }
    return -1;
  }

  /** The time at which a recent position was sent. */
  sentAt(number) {
    return this.#times[number % HISTORY_SIZE];
  }

  #recordPosition(x, y, now = 0) {
    const slot = this.sent % HISTORY_SIZE;
    [this.#xs[slot], this.#ys[slot], this.#times[slot]] = [Math.round(x * 100), Math.round(y * 100), now];
  }

  /** Moves along one axis. At a border the player stays and its direction is reflected: `mirror` minus the direction. */
  #advance(from, low, distance, mirror) {
    const to = from + distance;
    if (to >= low && to <= low + this.#field.side) return to;
    this.#direction = normalizeAngle(mirror - this.#direction);
    return from;
  }

  #changeDirection() {
    const chance = quasiRandom(this.#number * 31 + ++this.#turns, 0.6180339887);
    this.#direction = normalizeAngle(chance * 2 * Math.PI);
    this.#turnAfter = this.sent + TURN_AFTER + Math.floor(chance * TURN_SPREAD);
  }
}

/** From -π to π. */
const normalizeAngle = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));
