/** Made-up players and networks: how a client walks and tells of it, and how late, lost and bunched its steps arrive. */
import type { Point } from '../../apps/server/src/world/zones/box';
import type { Ways } from '../../apps/server/src/world/zones/ways';

const FRAME_MS = 1000 / 30;

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface SentStep extends Point {
  readonly seq: number;
  /** By the client's clock, in milliseconds since it began. */
  readonly sentAt: number;
}
export interface ArrivedStep extends SentStep {
  readonly at: number;
}

export interface Walker {
  readonly from: Point;
  readonly ways: Ways;
  /** Units per second. */
  readonly speed: number;
  readonly forMs: number;
  readonly everyMs: number;
  /** How much faster than its speed it walks at a moment. */
  readonly factorAt: (ms: number) => number;
  /** Whether it walks at a moment. */
  readonly walksAt: (ms: number) => boolean;
  /** Radians it turns in a second at most, by its own will. */
  readonly turning: number;
}

/** Walks frame by frame, turns away from walls, and tells its place now and then while it walks; rests are not told. */
export function walk(walker: Walker, chance: () => number): SentStep[] {
  const { ways, speed, forMs, everyMs, factorAt, walksAt, turning } = walker;
  const steps: SentStep[] = [];
  let place = walker.from;
  let direction = chance() * 2 * Math.PI;
  let bend = 0;
  let told = place;
  let toldAt = -Infinity;
  for (let now = FRAME_MS; now <= forMs; now += FRAME_MS) {
    if (walksAt(now)) {
      if (chance() < 0.02) bend = (chance() * 2 - 1) * turning;
      direction += (bend * FRAME_MS) / 1000;
      const length = (speed * factorAt(now) * FRAME_MS) / 1000;
      const next = { x: place.x + length * Math.cos(direction), y: place.y + length * Math.sin(direction) };
      if (ways.isFree(next) && ways.isClear(place, next)) place = next;
      else direction = chance() * 2 * Math.PI;
    }
    if (place === told || now - toldAt < everyMs - 1e-6) continue;
    steps.push({ seq: steps.length, x: rounded(place.x), y: rounded(place.y), sentAt: now });
    told = place;
    // The timer keeps its beat, though it is looked at once a frame.
    toldAt = Math.max(now - FRAME_MS, toldAt + everyMs);
  }
  return steps;
}

export interface Network {
  /** The shortest delay. */
  readonly delayMs: number;
  /** By how much more it varies. */
  readonly jitterMs: number;
  /** Of all steps, how many are lost: 0 to 1. */
  readonly loss: number;
  /** In which nothing comes; all of it comes at the end. */
  readonly stalls: readonly { readonly from: number; readonly to: number }[];
  /** Steps over this many in a second, past as many at once, are dropped at the server's door. */
  readonly limit?: { readonly perSecond: number; readonly burst: number };
}

/** What arrives of what was sent, in order, as over one TCP connection. */
export function transmit(steps: readonly SentStep[], network: Network, chance: () => number): ArrivedStep[] {
  const { delayMs, jitterMs, loss, stalls, limit } = network;
  const arrived: ArrivedStep[] = [];
  let last = 0;
  let tokens = limit?.burst ?? 0;
  let refilledAt = 0;
  for (const step of steps) {
    let at = Math.max(last, step.sentAt + delayMs + chance() * jitterMs);
    if (chance() < loss) continue;
    for (const { from, to } of stalls) if (at >= from && at < to) at = to;
    last = at;
    if (limit) {
      tokens = Math.min(limit.burst, tokens + ((at - refilledAt) * limit.perSecond) / 1000);
      refilledAt = at;
      if (tokens < 1) continue;
      tokens--;
    }
    arrived.push({ ...step, at });
  }
  return arrived;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
