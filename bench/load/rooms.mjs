// Rooms full of players, over one node or several, and two ways of talking in them.
import { setTimeout as delay } from 'node:timers/promises';
import { Ages } from './ages.mjs';
import { pooled } from './pool.mjs';

export const ROOMS = 20;
export const MEMBERS = 50;
const IN_FLIGHT_PER_ROOM = 4;
const CONNECTING = 50;
/** The age of a delivery is looked at by one member in so many: looking costs. */
const SAMPLED = 10;
const SETTLING_MS = 250;
const SETTLED_AFTER_MS = 10_000;

export class Rooms {
  #rooms;
  #going = false;
  #ages = new Ages();
  delivered = 0;

  /** Neighbours in a room are on different nodes. */
  static async fill({ urls, Client, ageOf }) {
    const rooms = Array.from({ length: ROOMS }, (_, index) => ({
      name: `room-${index}`,
      members: [],
      turn: 0,
      heard: 0,
    }));
    const full = new Rooms();
    full.#rooms = rooms;
    await pooled(ROOMS * MEMBERS, CONNECTING, async (player) => {
      const room = rooms[player % ROOMS];
      const seat = Math.floor(player / ROOMS);
      const member = await Client.enter(urls[seat % urls.length], player, room.name);
      member.onEnd = (error) => {
        throw error;
      };
      member.onSaid = full.#listener(room, seat % SAMPLED === 0 ? ageOf : undefined);
      room.members.push(member);
    });
    return full;
  }

  #listener(room, ageOf) {
    return (buffer, at, end) => {
      this.delivered++;
      if (ageOf) this.#ages.add(ageOf(buffer, at, end));
      // When all members of a room have heard one, the next is said.
      if (++room.heard % MEMBERS === 0 && this.#going) this.#speakIn(room);
    };
  }

  #speakIn(room) {
    room.members[room.turn++ % MEMBERS].say(room.name);
  }

  /** As much as goes, with a few events of each room on their way. */
  saturate() {
    this.#going = true;
    for (const room of this.#rooms) for (let n = 0; n < IN_FLIGHT_PER_ROOM; n++) this.#speakIn(room);
    return () => (this.#going = false);
  }

  /** So many events a second by the clock, whatever becomes of them. */
  pace(eventsPerSecond) {
    const startedAt = performance.now();
    let said = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1_000) * eventsPerSecond;
      for (; said < due; said++) this.#speakIn(this.#rooms[said % ROOMS]);
    }, 1);
    return () => clearInterval(timer);
  }

  /** One load for a while: what was delivered meanwhile, how old it was, and what it cost by `meter`. */
  async measure(begin, meter, { warmMs, windowMs }) {
    const stop = begin();
    await delay(warmMs);
    this.#ages.clear();
    const [before, end] = [this.delivered, meter()];
    await delay(windowMs);
    const [spent, count, ages] = [end(), this.delivered - before, this.#ages.quantiles()];
    stop();
    await this.#settle();
    if (count === 0) throw new Error('nothing was delivered');
    return { spent, count, ages, perSecond: count / (spent.took / 1e6) };
  }

  /** What is on its way belongs to this load, not to the next. */
  async #settle() {
    const until = performance.now() + SETTLED_AFTER_MS;
    for (let before = -1; before !== this.delivered && performance.now() < until;) {
      before = this.delivered;
      await delay(SETTLING_MS);
    }
  }

  drop() {
    for (const { members } of this.#rooms) for (const member of members) member.drop();
  }
}
