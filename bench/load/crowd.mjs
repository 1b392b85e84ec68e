// Players in many rooms who talk, ask, leave and come, all at once.
import { setTimeout as delay } from 'node:timers/promises';
import { pooled } from './pool.mjs';

const ROOM_SIZE = 50;
const CONNECTING = 50;
const SAYINGS = 200;
const REQUESTS = 1_000;
const CHANGES = 50;
const ANSWERS_TAKE_MS = 2_000;

export class Crowd {
  /** Connections that ended though nobody here wanted that. */
  dropped = 0;
  /** Players who could not come in. */
  refused = 0;
  #seats = [];
  #players = 0;
  #stage;
  #turn = 0;
  #changing = new Set();

  static async gather(stage, players) {
    const crowd = new Crowd();
    crowd.#stage = stage;
    await pooled(players, CONNECTING, async (seat) => {
      crowd.#seats[seat] = await crowd.#arrive(seat);
    });
    return crowd;
  }

  /** All rates at once for a while; settles when nobody is on the way any more. */
  async live(ms) {
    const timers = [
      every(SAYINGS, () => this.#say()),
      every(REQUESTS, () => this.#ask()),
      every(CHANGES, () => this.#change()),
    ];
    await delay(ms);
    timers.forEach(clearInterval);
    await Promise.all(this.#changing);
    await delay(ANSWERS_TAKE_MS);
  }

  drop() {
    for (const { client } of this.#seats) client.drop();
  }

  /** Requests of those who are here that nothing has come back for. */
  get unanswered() {
    return this.#seats.reduce((sum, { pending }) => sum + pending, 0);
  }

  async #arrive(seat) {
    const room = `room-${Math.floor(seat / ROOM_SIZE)}`;
    const client = await this.#stage.Client.enter(this.#stage.urls[0], this.#players++, room);
    const player = { client, room, pending: 0 };
    client.onEnd = () => this.dropped++;
    client.onAnswer = () => player.pending--;
    return player;
  }

  /** The number of a seat; a prime step visits all rooms before it comes back to one. */
  #next() {
    this.#turn = (this.#turn + 7_919) % this.#seats.length;
    return this.#turn;
  }

  #say() {
    const { client, room } = this.#seats[this.#next()];
    client.say(room);
  }

  #ask() {
    const player = this.#seats[this.#next()];
    player.pending++;
    player.client.ask();
  }

  #change() {
    const changed = this.#replace(this.#next())
      .catch(() => this.refused++)
      .finally(() => this.#changing.delete(changed));
    this.#changing.add(changed);
  }

  async #replace(seat) {
    const arrived = await this.#arrive(seat);
    this.#seats[seat].client.drop();
    this.#seats[seat] = arrived;
  }
}

function every(perSecond, act) {
  const startedAt = performance.now();
  let done = 0;
  return setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; done < due; done++) act();
  }, 5);
}
