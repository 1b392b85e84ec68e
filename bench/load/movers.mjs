// Players who walk in one field at ten steps a second; some of them measure the positions they receive of the others.
import { setTimeout as delay } from 'node:timers/promises';
import { LatencySamples } from './latency-samples.mjs';
import { Mover } from './clients/mover.mjs';
import { runConcurrently } from './concurrency.mjs';
import { characterIdOf } from './seeded-characters.mjs';
import { RandomWalk } from './random-walk.mjs';

export const STEPS_PER_SECOND = 10;
const CONNECT_CONCURRENCY = 20;
/** Number of clients that parse their events: parsing costs CPU time. */
const WATCHER_COUNT = 10;
const POSITION_BYTES = 12;

export class Movers {
  /** Age of each position when a watcher first received it. */
  latencies = new LatencySamples();
  /** Positions that watchers received, repetitions not counted. */
  seen = 0;
  /** Batches that watchers received. */
  batches = 0;
  /** Positions that watchers received though no client has sent them. */
  invented = 0;
  steps = 0;
  watchers = 0;
  #movers = [];
  #walks;
  #playerByCharacter;
  #playerByNumber = new Map();

  /** Connects one player for each of `places`, where its character stands. */
  static async connectAll(url, { field, places, encoding }) {
    const movers = new Movers();
    movers.#walks = places.map((start, player) => new RandomWalk(field, player, start));
    movers.#playerByCharacter = new Map(places.map((_, player) => [characterIdOf(player), player]));
    const every = Math.ceil(places.length / WATCHER_COUNT);
    await runConcurrently(places.length, CONNECT_CONCURRENCY, async (player) => {
      const isWatcher = player % every === 0;
      if (isWatcher) movers.watchers++;
      const mover = await Mover.connect(url, player, isWatcher ? movers.#watcherCallback() : undefined);
      mover.onEnd = (error) => {
        throw error;
      };
      movers.#movers[player] = mover;
      const { success, n, ...answer } = await mover.select(characterIdOf(player), encoding);
      if (!success) throw new Error(`player ${player} was refused: ${JSON.stringify(answer)}`);
      if (n !== undefined) movers.#playerByNumber.set(n, player);
    });
    return movers;
  }

  /** Spreads the steps of all players evenly over time. Returns a function that stops the walk. */
  startWalking() {
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

  /** Lets all players walk, and returns the cost by `meter` with the rates of sent and received positions. */
  async measure(meter, { warmMs, windowMs }) {
    const stop = this.startWalking();
    await delay(warmMs);
    this.latencies.clear();
    const [before, end] = [this.#counters(), meter()];
    await delay(windowMs);
    const [spent, after] = [end(), this.#counters()];
    stop();
    const seconds = spent.took / 1e6;
    const rate = (key) => (after[key] - before[key]) / seconds;
    if (after.seen === before.seen) throw new Error('no watcher received a position');
    if (after.invented > 0) throw new Error(`watchers received ${after.invented} positions that no client has sent`);
    return {
      spent,
      steps: after.steps - before.steps,
      ages: this.latencies.quantiles(),
      seenPerSecond: rate('seen') / this.watchers,
      batchMs: (1_000 * this.watchers) / rate('batches'),
      bytesPerSecond: rate('received') / this.#movers.length,
    };
  }

  /** Steps that the server refused. */
  get corrected() {
    return this.#movers.reduce((sum, { corrected }) => sum + corrected, 0);
  }

  drop() {
    for (const mover of this.#movers) mover.drop();
  }

  #counters() {
    const received = this.#movers.reduce((sum, mover) => sum + mover.received, 0);
    const { steps, seen, batches, invented } = this;
    return { steps, seen, batches, invented, received };
  }

  #watcherCallback() {
    /** By player, the number of the last position that this watcher received. */
    const lastSeen = new Float64Array(this.#walks.length);
    return (name, payload) => {
      if (name === 'zone:moves') this.#onMoves(lastSeen, payload.moves, performance.now());
      // A player that enters the view comes with the number that replaces its id in binary batches.
      else
        for (const { id, n } of payload.players ?? payload.entered)
          this.#playerByNumber.set(n, this.#playerByCharacter.get(id));
    };
  }

  #onMoves(last, moves, now) {
    this.batches++;
    if (!Buffer.isBuffer(moves))
      for (const [id, x, y] of moves) this.#recordPosition(last, this.#playerByCharacter.get(id), x, y, now);
    else
      for (let at = 0; at < moves.length; at += POSITION_BYTES) {
        const player = this.#playerByNumber.get(moves.readUInt16LE(at));
        this.#recordPosition(last, player, moves.readUInt32LE(at + 2) / 100, moves.readUInt32LE(at + 6) / 100, now);
      }
  }

  #recordPosition(last, player, x, y, now) {
    // A visitor, which does not walk.
    if (player === undefined) return;
    const walk = this.#walks[player];
    const number = walk.numberOf(x, y);
    if (number < 0) this.invented++;
    // Received before, or the start of the walk.
    if (number <= last[player]) return;
    last[player] = number;
    this.seen++;
    this.latencies.add(now - walk.sentAt(number));
  }
}
