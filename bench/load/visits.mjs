// Players who come into the world for a moment and go again, so many a second.
import { setTimeout as delay } from 'node:timers/promises';
import { Mover } from './mover.mjs';
import { characterOf } from './settlers.mjs';

/** Enough for those of one visit to be gone, lingering and all, when they come again. */
const VISITORS = 1_500;
const STAY_MS = 1_000;

export class Visits {
  /** How many have come and gone. */
  done = 0;
  /** Who could not come in, or not stay, by what was the matter. */
  refusals = new Map();
  static VISITORS = VISITORS;
  #url;
  #first;
  #next = 0;
  #going = new Set();

  /** Visitors are the players from `first` on. */
  constructor(url, first) {
    this.#url = url;
    this.#first = first;
  }

  get refused() {
    return [...this.refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** So many come in each second, and as many go; the answered function ends it when the last has gone. */
  begin(perSecond) {
    const startedAt = performance.now();
    let begun = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1_000) * perSecond;
      for (; begun < due; begun++) this.#visit();
    }, 5);
    return async () => {
      clearInterval(timer);
      await Promise.all(this.#going);
    };
  }

  #visit() {
    const visit = this.#comeAndGo(this.#first + (this.#next++ % VISITORS))
      .then(() => this.done++)
      .catch(({ message }) => this.refusals.set(message, (this.refusals.get(message) ?? 0) + 1))
      .finally(() => this.#going.delete(visit));
    this.#going.add(visit);
  }

  async #comeAndGo(player) {
    const mover = await Mover.connect(this.#url, player);
    let ended = null;
    mover.onEnd = (error) => (ended = error);
    const { success, error } = await mover.select(characterOf(player));
    await delay(STAY_MS);
    mover.drop();
    if (!success) throw new Error(`the character was refused: ${error?.code}`);
    if (ended) throw new Error(`the connection ended: ${ended.message}`);
  }
}
