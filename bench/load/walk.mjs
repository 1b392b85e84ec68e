// How a player walks: straight on, with a turn now and then, away from the borders of a field, no faster than is allowed.

/** Of the zone's speed: inside of it, however positions are rounded. */
const SPEED = 5 * 0.98;
/** So many positions are remembered, to tell by one when it was sent. */
const KEPT = 64;
const [TURN_AFTER, TURN_SPREAD] = [20, 40];

const rounded = (value) => Math.round(value * 100) / 100;
/** Numbers from 0 to 1 without a pattern that would matter, the same in every run. */
const spread = (number, irrational) => (number * irrational) % 1;

/** So many places all over a field `{ x, y, side }`, none of its parts more crowded than another. */
export function placesIn({ x, y, side }, count) {
  return Array.from({ length: count }, (_, index) => ({
    x: rounded(x + spread(index + 1, 0.7548776662) * side),
    y: rounded(y + spread(index + 1, 0.569840291) * side),
  }));
}

export class Walk {
  /** How many positions were sent. */
  sent = 0;
  #field;
  #number;
  #x;
  #y;
  #direction;
  #turns = 0;
  #turnAt;
  #at;
  #xs = new Int32Array(KEPT);
  #ys = new Int32Array(KEPT);
  #times = new Float64Array(KEPT);

  constructor(field, number, { x, y }) {
    this.#field = field;
    this.#number = number;
    [this.#x, this.#y] = [x, y];
    this.#turn();
    this.#keep(rounded(x), rounded(y));
  }

  /** Sets out from where it stands. */
  begin(now) {
    this.#at = now;
  }

  /** Where it is now; that counts as sent. */
  step(now) {
    if (this.sent >= this.#turnAt) this.#turn();
    const length = ((now - this.#at) / 1_000) * SPEED;
    this.#at = now;
    this.#x = this.#forward(this.#x, this.#field.x, length * Math.cos(this.#direction), Math.PI);
    this.#y = this.#forward(this.#y, this.#field.y, length * Math.sin(this.#direction), 0);
    const [x, y] = [rounded(this.#x), rounded(this.#y)];
    this.sent++;
    this.#keep(x, y, now);
    return { seq: this.sent, x, y, facing: rounded(this.#direction) };
  }

  /** Which of the last positions this is; -1 for none of them. */
  numberOf(x, y) {
    const [atX, atY] = [Math.round(x * 100), Math.round(y * 100)];
    const first = Math.max(0, this.sent - KEPT + 1);
    for (let number = this.sent; number >= first; number--) {
      if (this.#xs[number % KEPT] === atX && this.#ys[number % KEPT] === atY) return number;
    }
    return -1;
  }

  /** When this one of the last positions was sent. */
  sentAt(number) {
    return this.#times[number % KEPT];
  }

  #keep(x, y, now = 0) {
    const slot = this.sent % KEPT;
    [this.#xs[slot], this.#ys[slot], this.#times[slot]] = [Math.round(x * 100), Math.round(y * 100), now];
  }

  /** Who comes to a border turns back from it. `mirror`: minus the direction from here is the one it goes back in. */
  #forward(from, low, way, mirror) {
    const to = from + way;
    if (to >= low && to <= low + this.#field.side) return to;
    this.#direction = inTurn(mirror - this.#direction);
    return from;
  }

  #turn() {
    const chance = spread(this.#number * 31 + ++this.#turns, 0.6180339887);
    this.#direction = inTurn(chance * 2 * Math.PI);
    this.#turnAt = this.sent + TURN_AFTER + Math.floor(chance * TURN_SPREAD);
  }
}

/** From -π to π. */
const inTurn = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));
