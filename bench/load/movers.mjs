// Players who walk about in one field at ten steps a second, and what some of them are told of the others.
import { setTimeout as delay } from 'node:timers/promises';
import { Ages } from './ages.mjs';
import { Mover } from './mover.mjs';
import { pooled } from './pool.mjs';
import { characterOf } from './settlers.mjs';
import { Walk } from './walk.mjs';

export const STEPS_PER_SECOND = 10;
const CONNECTING = 20;
/** So many look into what they are told: looking costs. */
const WATCHERS = 10;
const POSITION_BYTES = 12;

export class Movers {
  /** How old positions were when a watcher was told them first. */
  ages = new Ages();
  /** Positions that watchers were told first. */
  seen = 0;
  /** Batches that watchers were told. */
  batches = 0;
  /** Positions that watchers were told though nobody has sent them. */
  invented = 0;
  steps = 0;
  watchers = 0;
  #movers = [];
  #walks;
  #players;
  #numbers = new Map();

  /** The characters of these players stand at `places`, in this order. */
  static async gather(url, { field, places, encoding }) {
    const movers = new Movers();
    movers.#walks = places.map((place, player) => new Walk(field, player, place));
    movers.#players = new Map(places.map((_, player) => [characterOf(player), player]));
    const every = Math.ceil(places.length / WATCHERS);
    await pooled(places.length, CONNECTING, async (player) => {
      const watching = player % every === 0;
      if (watching) movers.watchers++;
      const mover = await Mover.connect(url, player, watching ? movers.#watcher() : undefined);
      mover.onEnd = (error) => {
        throw error;
      };
      movers.#movers[player] = mover;
      const { success, n, ...answer } = await mover.select(characterOf(player), encoding);
      if (!success) throw new Error(`player ${player} was refused: ${JSON.stringify(answer)}`);
      if (n !== undefined) movers.#numbers.set(n, player);
    });
    return movers;
  }

  /** All walk, in turn; the answered function ends it. */
  walk() {
    const count = this.#movers.length;
    const startedAt = performance.now();
    for (const walk of this.#walks) walk.begin(startedAt);
    let stepped = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1_000) * STEPS_PER_SECOND * count;
      for (; stepped < due; stepped++) {
        const player = stepped % count;
        this.#movers[player].step(this.#walks[player].step(performance.now()));
        this.steps++;
      }
    }, 1);
    return () => clearInterval(timer);
  }

  /** They walk for a while: what that cost by `meter`, and what was sent and told meanwhile, in each second. */
  async measure(meter, { warmMs, windowMs }) {
    const stop = this.walk();
    await delay(warmMs);
    this.ages.clear();
    const [before, end] = [this.#counted(), meter()];
    await delay(windowMs);
    const [spent, after] = [end(), this.#counted()];
    stop();
    const seconds = spent.took / 1e6;
    const rate = (key) => (after[key] - before[key]) / seconds;
    if (after.seen === before.seen) throw new Error('nobody was told a position');
    if (after.invented > 0) throw new Error(`${after.invented} positions were told that nobody has sent`);
    return {
      spent,
      steps: after.steps - before.steps,
      ages: this.ages.quantiles(),
      seenPerSecond: rate('seen') / this.watchers,
      batchMs: (1_000 * this.watchers) / rate('batches'),
      bytesPerSecond: rate('received') / this.#movers.length,
    };
  }

  /** Steps that were refused. */
  get corrected() {
    return this.#movers.reduce((sum, { corrected }) => sum + corrected, 0);
  }

  drop() {
    for (const mover of this.#movers) mover.drop();
  }

  #counted() {
    const received = this.#movers.reduce((sum, mover) => sum + mover.received, 0);
    const { steps, seen, batches, invented } = this;
    return { steps, seen, batches, invented, received };
  }

  #watcher() {
    /** Of each player, the last position that this one was told. */
    const last = new Float64Array(this.#walks.length);
    return (name, payload) => {
      if (name === 'zone:moves') this.#told(last, payload.moves, performance.now());
      // Who is new comes with a number that stands for the id.
      else for (const { id, n } of payload.players ?? payload.entered) this.#numbers.set(n, this.#players.get(id));
    };
  }

  #told(last, moves, now) {
    this.batches++;
    if (!Buffer.isBuffer(moves)) for (const [id, x, y] of moves) this.#position(last, this.#players.get(id), x, y, now);
    else
      for (let at = 0; at < moves.length; at += POSITION_BYTES) {
        const player = this.#numbers.get(moves.readUInt16LE(at));
        this.#position(last, player, moves.readUInt32LE(at + 2) / 100, moves.readUInt32LE(at + 6) / 100, now);
      }
  }

  #position(last, player, x, y, now) {
    // Somebody who only visits.
    if (player === undefined) return;
    const walk = this.#walks[player];
    const number = walk.numberOf(x, y);
    if (number < 0) this.invented++;
    // Told before; or where it stood before it began to walk.
    if (number <= last[player]) return;
    last[player] = number;
    this.seen++;
    this.ages.add(now - walk.sentAt(number));
  }
}
