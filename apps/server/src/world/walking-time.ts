/**
 * Time for walking: what a character may spend on steps, so that nobody is faster than allowed and no honest client is
 * refused a step because its network is slow. Pure; all times are milliseconds since 1970.
 *
 * A step spends its length divided by the speed. Time comes back as it passes, as in the generic cell rate algorithm
 * (ITU-T I.371): `walkedUntil` says up to when it is spent, and a step is too early where that would be later than now.
 * Three promises have to be kept at once:
 *
 * 1. Honest clients are never refused. A step that was sent at s arrives at s + d + e: d is the shortest delay of the
 *    network, e what it is late: up to JITTER_MS, and up to two seconds more in a stall, whose steps come in one burst.
 *    As long as walkedUntil ≤ s + d after every step, the next one is in time, however late either came. Spending keeps
 *    that true, for nobody walks longer than the time between two steps; only taking unused time away could break it.
 * 2. A client that is too fast by 20 % is caught within 3 s of movement, by 10 % within 6 s. It has to spend all that was
 *    saved first, so what may be saved while steps come has to be small.
 * 3. Nobody walks farther in any time t than in t + SAVED_MS at SPEED_TOLERANCE.
 *
 * One bucket cannot hold 1 and 2: two seconds for stalls would let 20 % pass for ten seconds. What holds both is that a
 * stall is seen. All that a network held back comes together when it moves again. So a step that comes PAUSE_MS or more
 * after another was not held back with it, and was sent no earlier than the other one came, less the jitter. However late
 * it is itself, it proves that the time before is over: after it, walkedUntil ≥ (when the other came) − JITTER_MS, by
 * which promise 1 still holds. A client that sends every 100 ms has thus never saved more than 265 + 100 = 365 ms. With
 * the tolerance, 20 % too fast spends 194 ms more than it gets in a second, 10 % spends 95 ms: caught after 1.9 s and
 * 3.9 s, and after a rest some 0.2 s later, for the first step proves nothing. Jitter moves that by up to ± 1 s: late steps
 * save less, and forgive more. Who sends every t ms is caught after (JITTER_MS + t) / 0.194 or / 0.095 ms: twice a second,
 * after 3.9 s and 8.1 s.
 */

/** How much faster than its speed a character may be in the long run: clocks differ by 0.01 %, and positions are rounded. */
export const SPEED_TOLERANCE = 1.005;
/** How much later than another a step may be without a stall: delays from 50 to 300 ms, and 15 ms of frames and this process. */
export const JITTER_MS = 265;
/** Two seconds of stall, its jitter, and half a second for steps that were lost before it. */
export const SAVED_MS = 2_800;
/** Steps that were held back together come no farther apart than this. */
const PAUSE_MS = 60;
/** And all of them within a quarter of the silence before them, within these bounds. */
const BURST_MS = { min: 60, max: 300, ofSilence: 0.25 } as const;

export interface WalkingTime {
  /** Never later than the last step that was accepted. */
  readonly walkedUntil: number;
  /** When the last step came. */
  readonly heardAt: number;
  /** What comes now was sent no earlier than this, less the jitter. */
  readonly provenAt: number;
  /** By then all has come that was held back together with the last step. */
  readonly burstEndsAt: number;
}

/** From here on, with the time that was not used before. */
export function beginWalking(walkedUntil: number, nowMs: number): WalkingTime {
  // The node it was on before may have a clock that is ahead of ours.
  const saved = Math.min(nowMs, Math.max(walkedUntil, nowMs - SAVED_MS));
  return { walkedUntil: saved, heardAt: nowMs, provenAt: 0, burstEndsAt: nowMs };
}

/** A step has come: what it may take is the time since `walkedUntil`. What lies before `from` was no time for walking. */
export function hear(time: WalkingTime, nowMs: number, from = 0): WalkingTime {
  // A time that lies ahead tells that this machine's clock was set back: then there is nothing to hold the walker to.
  const isAhead = Math.max(time.walkedUntil, from, time.heardAt) > nowMs;
  const known = isAhead ? beginWalking(0, nowMs) : time;
  const walkedUntil = Math.max(known.walkedUntil, isAhead ? 0 : from, nowMs - SAVED_MS);
  const { heardAt, provenAt, burstEndsAt } = known;
  if (nowMs <= Math.min(heardAt + PAUSE_MS, burstEndsAt)) return { walkedUntil, heardAt: nowMs, provenAt, burstEndsAt };
  const burst = Math.min(Math.max((nowMs - heardAt) * BURST_MS.ofSilence, BURST_MS.min), BURST_MS.max);
  return { walkedUntil, heardAt: nowMs, provenAt: heardAt, burstEndsAt: nowMs + burst };
}

/** The step that was heard last has taken so long, which was no longer than what was saved. @returns what that was spent until. */
export function spend({ walkedUntil, provenAt }: WalkingTime, tookMs: number): number {
  return Math.max(walkedUntil + tookMs, provenAt - JITTER_MS);
}
