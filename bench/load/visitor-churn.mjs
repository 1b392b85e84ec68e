// Players who enter the world for a second and leave it, at a fixed rate.
import { setTimeout as delay } from 'node:timers/promises';
import { Mover } from './clients/mover.mjs';
import { characterIdOf } from './seeded-characters.mjs';

/** Enough for a player's last visit, its linger time included, to be over when the player returns. */
const VISITOR_COUNT = 1_500;
const STAY_MS = 1_000;

export class VisitorChurn {
  /** Visits that ended as intended. */
  completed = 0;
  /** Number of failed visits by error message. */
  refusals = new Map();
  static VISITORS = VISITOR_COUNT;
  #url;
  #firstPlayer;
  #next = 0;
  #runningVisits = new Set();

  /** Visitors are the players from `first` on. */
  constructor(url, first) {
    this.#url = url;
    this.#firstPlayer = first;
  }

  get refused() {
    return [...this.refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Starts this many visits a second. Returns a function that stops it and waits for the running visits. */
  begin(perSecond) {
    const startedAt = performance.now();
    let begun = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1_000) * perSecond;
      for (; begun < due; begun++) this.#startVisit();
    }, 5);
    return async () => {
      clearInterval(timer);
      await Promise.all(this.#runningVisits);
    };
  }

  #startVisit() {
    const visit = this.#connectAndLeave(this.#firstPlayer + (this.#next++ % VISITOR_COUNT))
      .then(() => this.completed++)
      .catch(({ message }) => this.refusals.set(message, (this.refusals.get(message) ?? 0) + 1))
      .finally(() => this.#runningVisits.delete(visit));
    this.#runningVisits.add(visit);
  }

  async #connectAndLeave(player) {
    const mover = await Mover.connect(this.#url, player);
    let ended = null;
    mover.onEnd = (error) => (ended = error);
    const { success, error } = await mover.select(characterIdOf(player));
    await delay(STAY_MS);
    mover.drop();
    if (!success) throw new Error(`the character was refused: ${error?.code}`);
    if (ended) throw new Error(`the connection ended: ${ended.message}`);
  }
}
