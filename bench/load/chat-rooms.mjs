// Chat load on full rooms, over one node or several: saturated, or at an even pace.
import { setTimeout as delay } from 'node:timers/promises';
import { LatencySamples } from './latency-samples.mjs';
import { runConcurrently } from './concurrency.mjs';

export const ROOM_COUNT = 20;
export const MEMBERS_PER_ROOM = 50;
const IN_FLIGHT_PER_ROOM = 4;
const CONNECT_CONCURRENCY = 50;
/** One member in this many measures the latency of its deliveries: parsing costs CPU time. */
const SAMPLE_EVERY = 10;
const QUIET_CHECK_MS = 250;
const QUIET_TIMEOUT_MS = 10_000;

export class ChatRooms {
  #rooms;
  #isSaturating = false;
  #latencies = new LatencySamples();
  delivered = 0;

  /** Connects the members. Consecutive members of a room are on different nodes. */
  static async fill({ urls, Client, ageOf }) {
    const rooms = Array.from({ length: ROOM_COUNT }, (_, index) => ({
      name: `room-${index}`,
      members: [],
      sends: 0,
      received: 0,
    }));
    const chatRooms = new ChatRooms();
    chatRooms.#rooms = rooms;
    await runConcurrently(ROOM_COUNT * MEMBERS_PER_ROOM, CONNECT_CONCURRENCY, async (player) => {
      const room = rooms[player % ROOM_COUNT];
      const seat = Math.floor(player / ROOM_COUNT);
      const member = await Client.enter(urls[seat % urls.length], player, room.name);
      member.onEnd = (error) => {
        throw error;
      };
      member.onSaid = chatRooms.#deliveryListener(room, seat % SAMPLE_EVERY === 0 ? ageOf : undefined);
      room.members.push(member);
    });
    return chatRooms;
  }

  #deliveryListener(room, ageOf) {
    return (buffer, at, end) => {
      this.delivered++;
      if (ageOf) this.#latencies.add(ageOf(buffer, at, end));
      // Closed loop: the next message is sent when all members of the room have received the last one.
      if (++room.received % MEMBERS_PER_ROOM === 0 && this.#isSaturating) this.#sendIn(room);
    };
  }

  #sendIn(room) {
    room.members[room.sends++ % MEMBERS_PER_ROOM].say(room.name);
  }

  /** Closed loop: keeps a few messages of each room in flight. Returns a function that stops it. */
  saturate() {
    this.#isSaturating = true;
    for (const room of this.#rooms) for (let n = 0; n < IN_FLIGHT_PER_ROOM; n++) this.#sendIn(room);
    return () => (this.#isSaturating = false);
  }

  /** Open loop: sends at this rate, independent of the deliveries. Returns a function that stops it. */
  pace(eventsPerSecond) {
    const startedAt = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1_000) * eventsPerSecond;
      for (; sent < due; sent++) this.#sendIn(this.#rooms[sent % ROOM_COUNT]);
    }, 1);
    return () => clearInterval(timer);
  }

  /** Runs one load, and returns its deliveries, their latencies and the CPU time that `meter` counted. */
  async measure(begin, meter, { warmMs, windowMs }) {
    const stop = begin();
    await delay(warmMs);
    this.#latencies.clear();
    const [before, end] = [this.delivered, meter()];
    await delay(windowMs);
    const [spent, count, ages] = [end(), this.delivered - before, this.#latencies.quantiles()];
    stop();
    await this.#waitUntilQuiet();
    if (count === 0) throw new Error('nothing was delivered');
    return { spent, count, ages, perSecond: count / (spent.took / 1e6) };
  }

  /** Waits for deliveries in flight, which would otherwise count for the next load. */
  async #waitUntilQuiet() {
    const until = performance.now() + QUIET_TIMEOUT_MS;
    for (let before = -1; before !== this.delivered && performance.now() < until;) {
      before = this.delivered;
      await delay(QUIET_CHECK_MS);
    }
  }

  drop() {
    for (const { members } of this.#rooms) for (const member of members) member.drop();
  }
}
