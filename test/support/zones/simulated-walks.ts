/** Simulates players and networks: the steps that a client sends, and their delay, loss and bunching on the way. */
import type { Point } from '../../../apps/server/src/world/zones/box';
import type { Pathfinder } from '../../../apps/server/src/world/zones/pathfinder';

const FRAME_MS = 1000 / 30;

/** A generator of reproducible numbers between 0 and 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
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
  /** In milliseconds since the start, by the client's clock. */
  readonly sentAt: number;
}
export interface ArrivedStep extends SentStep {
  readonly arrivedAt: number;
}

export interface WalkProfile {
  readonly from: Point;
  readonly pathfinder: Pathfinder;
  /** Units per second. */
  readonly speed: number;
  readonly forMs: number;
  readonly everyMs: number;
  /** The factor on the speed at a moment. */
  readonly speedFactorAt: (ms: number) => number;
  /** Whether the player walks at a moment. */
  readonly isWalkingAt: (ms: number) => boolean;
  /** The maximum voluntary turn, in radians per second. */
  readonly maxTurnRate: number;
}

/** Walks frame by frame, turns away from walls, and sends the position at intervals while it changes. */
export function simulateWalk(walker: WalkProfile, random: () => number): SentStep[] {
  const { pathfinder, speed, forMs, everyMs, speedFactorAt, isWalkingAt, maxTurnRate } = walker;
  const steps: SentStep[] = [];
  let position = walker.from;
  let direction = random() * 2 * Math.PI;
  let turnRate = 0;
  let lastSent = position;
  let lastSentAt = -Infinity;
  for (let now = FRAME_MS; now <= forMs; now += FRAME_MS) {
    if (isWalkingAt(now)) {
      if (random() < 0.02) turnRate = (random() * 2 - 1) * maxTurnRate;
      direction += (turnRate * FRAME_MS) / 1000;
      const length = (speed * speedFactorAt(now) * FRAME_MS) / 1000;
      const next = { x: position.x + length * Math.cos(direction), y: position.y + length * Math.sin(direction) };
      if (pathfinder.isFree(next) && pathfinder.isClear(position, next)) position = next;
      else direction = random() * 2 * Math.PI;
    }
    if (position === lastSent || now - lastSentAt < everyMs - 1e-6) continue;
    steps.push({ seq: steps.length, x: rounded(position.x), y: rounded(position.y), sentAt: now });
    lastSent = position;
    // The timer keeps its period although it is checked once per frame only.
    lastSentAt = Math.max(now - FRAME_MS, lastSentAt + everyMs);
  }
  return steps;
}

export interface NetworkProfile {
  /** The shortest delay. */
  readonly delayMs: number;
  /** The maximum additional delay. */
  readonly jitterMs: number;
  /** The share of lost steps, from 0 to 1. */
  readonly loss: number;
  /** Intervals without arrivals; delayed steps arrive at their end. */
  readonly stalls: readonly { readonly from: number; readonly to: number }[];
  /** The rate limit of the server (a token bucket), which drops excess steps. */
  readonly limit?: { readonly perSecond: number; readonly burst: number };
}

/** The steps that arrive, in order, as over one TCP connection. */
export function simulateNetwork(
  steps: readonly SentStep[],
  network: NetworkProfile,
  random: () => number,
): ArrivedStep[] {
  const { delayMs, jitterMs, loss, stalls, limit } = network;
  const arrived: ArrivedStep[] = [];
  let last = 0;
  let tokens = limit?.burst ?? 0;
  let refilledAt = 0;
  for (const step of steps) {
    let at = Math.max(last, step.sentAt + delayMs + random() * jitterMs);
    if (random() < loss) continue;
    for (const { from, to } of stalls) if (at >= from && at < to) at = to;
    last = at;
    if (limit) {
      tokens = Math.min(limit.burst, tokens + ((at - refilledAt) * limit.perSecond) / 1000);
      refilledAt = at;
      if (tokens < 1) continue;
      tokens--;
    }
    arrived.push({ ...step, arrivedAt: at });
  }
  return arrived;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
