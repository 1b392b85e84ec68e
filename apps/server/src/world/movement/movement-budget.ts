/**
 * The movement budget: the walking time that a character may spend on steps. It keeps characters from exceeding the speed
 * limit, and never refuses a step of an honest client on a slow network. Pure; all times are milliseconds since 1970.
 *
 * A step spends its length divided by the speed. The budget refills as time passes, as in the generic cell rate algorithm
 * (ITU-T I.371): the time before `walkedUntil` is spent, and a step that would move it past the present is too early.
 * Three guarantees hold at once:
 *
 * 1. Honest clients are never refused. A step that was sent at s arrives at s + d + e: d is the shortest delay of the
 *    network, e its lateness: up to JITTER_MS, and up to two seconds more in a stall, after which steps arrive in a burst.
 *    As long as walkedUntil ≤ s + d after each step, the next one is accepted, however late either arrives. Spending keeps
 *    that true, since a step takes no longer than the time since the previous one; only removing unused time could break it.
 * 2. A client that is too fast by 20 % is caught within 3 s of movement, by 10 % within 6 s. It spends its saved time first,
 *    so the time that can be saved while steps arrive has to be small.
 * 3. In any time t, a character walks no farther than in t + MAX_BUDGET_MS at SPEED_TOLERANCE.
 *
 * A single bucket cannot meet 1 and 2: two seconds for stalls would let 20 % pass for ten seconds. Both hold because a stall
 * is detected: all steps that a network held back arrive together when it recovers. So a step that arrives PAUSE_MS or more
 * after another was not held back with it, and was sent no earlier than the other one arrived, less the jitter. However late
 * it is itself, it proves that the time before has passed: after it, walkedUntil ≥ (arrival of the other) − JITTER_MS, and
 * guarantee 1 still holds. A client that sends every 100 ms thus never saves more than 265 + 100 = 365 ms. With the
 * tolerance, 20 % too fast spends 194 ms more than it gets in a second, 10 % spends 95 ms: caught after 1.9 s and 3.9 s, and
 * some 0.2 s later after a rest, since the first step proves nothing. Jitter shifts that by up to ± 1 s: late steps save
 * less, and forgive more. A client that sends every t ms is caught after (JITTER_MS + t) / 0.194 or / 0.095 ms: at two steps
 * a second, after 3.9 s and 8.1 s.
 */

/** How much faster than its speed a character may be in the long run: clocks differ by 0.01 %, and positions are rounded. */
export const SPEED_TOLERANCE = 1.005;
/** How much later than others a step may be without a stall: delays of 50 to 300 ms, and 15 ms of frames and this process. */
export const JITTER_MS = 265;
/** Two seconds of stall, its jitter, and half a second for steps lost before it. */
export const MAX_BUDGET_MS = 2_800;
/** Steps that were held back together arrive no farther apart than this. */
const PAUSE_MS = 60;
/** A burst lasts no longer than a quarter of the silence before it, within these bounds. */
const BURST_MS = { min: 60, max: 300, ofSilence: 0.25 } as const;

export interface MovementBudget {
  /** Never later than the last step that was accepted. */
  readonly walkedUntil: number;
  /** When the last step arrived. */
  readonly lastStepAt: number;
  /** A step that arrives now was sent no earlier than this, less the jitter. */
  readonly earliestSentAt: number;
  /** By then all steps that were held back together with the last one have arrived. */
  readonly burstEndsAt: number;
}

/** The budget of a character that starts to move now, with the time it has saved before. */
export function initialBudget(walkedUntil: number, nowMs: number): MovementBudget {
  // The clock of its previous node may be ahead of this one.
  const saved = Math.min(nowMs, Math.max(walkedUntil, nowMs - MAX_BUDGET_MS));
  return { walkedUntil: saved, lastStepAt: nowMs, earliestSentAt: 0, burstEndsAt: nowMs };
}

/** Refills the budget when a step arrives, which may spend the time since `walkedUntil`, except the time before `from`. */
export function accrueBudget(budget: MovementBudget, nowMs: number, from = 0): MovementBudget {
  // A time in the future means that this machine's clock was set back: the old budget is then meaningless.
  const isClockBehind = Math.max(budget.walkedUntil, from, budget.lastStepAt) > nowMs;
  const current = isClockBehind ? initialBudget(0, nowMs) : budget;
  const walkedUntil = Math.max(current.walkedUntil, isClockBehind ? 0 : from, nowMs - MAX_BUDGET_MS);
  const { lastStepAt, earliestSentAt, burstEndsAt } = current;
  if (nowMs <= Math.min(lastStepAt + PAUSE_MS, burstEndsAt))
    return { walkedUntil, lastStepAt: nowMs, earliestSentAt, burstEndsAt };
  const burstMs = Math.min(Math.max((nowMs - lastStepAt) * BURST_MS.ofSilence, BURST_MS.min), BURST_MS.max);
  return { walkedUntil, lastStepAt: nowMs, earliestSentAt: lastStepAt, burstEndsAt: nowMs + burstMs };
}

/** Spends `tookMs` for the last step; it must not exceed the budget. @returns the new `walkedUntil`. */
export function spendBudget({ walkedUntil, earliestSentAt }: MovementBudget, tookMs: number): number {
  return Math.max(walkedUntil + tookMs, earliestSentAt - JITTER_MS);
}
