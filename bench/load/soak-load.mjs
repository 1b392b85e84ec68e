// Mixed load: chat, requests, and connections that replace others, at fixed rates.
import { setTimeout as delay } from 'node:timers/promises';
import { runConcurrently } from './concurrency.mjs';

const ROOM_SIZE = 50;
const CONNECT_CONCURRENCY = 50;
const MESSAGES_PER_SECOND = 200;
const REQUESTS_PER_SECOND = 1_000;
const REPLACEMENTS_PER_SECOND = 50;
const ANSWER_GRACE_MS = 2_000;

export class SoakLoad {
  /** Connections that ended without a `drop`. */
  dropped = 0;
  /** Players who could not connect or join. */
  refused = 0;
  #seats = [];
  #nextPlayer = 0;
  #stage;
  #cursor = 0;
  #pendingReplacements = new Set();

  static async connect(stage, players) {
    const load = new SoakLoad();
    load.#stage = stage;
    await runConcurrently(players, CONNECT_CONCURRENCY, async (seat) => {
      load.#seats[seat] = await load.#connectPlayer(seat);
    });
    return load;
  }

  /** Runs all rates for a time; resolves when all replacements are done and answers had time to arrive. */
  async runFor(ms) {
    const timers = [
      runAtRate(MESSAGES_PER_SECOND, () => this.#sendMessage()),
      runAtRate(REQUESTS_PER_SECOND, () => this.#sendRequest()),
      runAtRate(REPLACEMENTS_PER_SECOND, () => this.#startReplacement()),
    ];
    await delay(ms);
    timers.forEach(clearInterval);
    await Promise.all(this.#pendingReplacements);
    await delay(ANSWER_GRACE_MS);
  }

  drop() {
    for (const { client } of this.#seats) client.drop();
  }

  /** Requests of connected players without an answer. */
  get unanswered() {
    return this.#seats.reduce((sum, { pending }) => sum + pending, 0);
  }

  async #connectPlayer(seat) {
    const room = `room-${Math.floor(seat / ROOM_SIZE)}`;
    const client = await this.#stage.Client.enter(this.#stage.urls[0], this.#nextPlayer++, room);
    const player = { client, room, pending: 0 };
    client.onEnd = () => this.dropped++;
    client.onAnswer = () => player.pending--;
    return player;
  }

  /** The index of a seat. The prime step visits all rooms before it repeats one. */
  #nextSeat() {
    this.#cursor = (this.#cursor + 7_919) % this.#seats.length;
    return this.#cursor;
  }

  #sendMessage() {
    const { client, room } = this.#seats[this.#nextSeat()];
    client.say(room);
  }

  #sendRequest() {
    const player = this.#seats[this.#nextSeat()];
    player.pending++;
    player.client.ask();
  }

  #startReplacement() {
    const replacement = this.#replace(this.#nextSeat())
      .catch(() => this.refused++)
      .finally(() => this.#pendingReplacements.delete(replacement));
    this.#pendingReplacements.add(replacement);
  }

  async #replace(seat) {
    const player = await this.#connectPlayer(seat);
    this.#seats[seat].client.drop();
    this.#seats[seat] = player;
  }
}

function runAtRate(perSecond, action) {
  const startedAt = performance.now();
  let done = 0;
  return setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; done < due; done++) action();
  }, 5);
}
