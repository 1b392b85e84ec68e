/** Time and chance, injected so that tests control both. */

/** Cancels what was scheduled; does nothing if it has run. */
export type Cancel = () => void;

export interface ClientClock {
  /** Milliseconds since 1970, by the clock of this device. */
  now(): number;
  /** Milliseconds since any moment. Where the engine allows, it is never set back, and is the time of `requestAnimationFrame`. */
  monotonic(): number;
  /** Calls back once, after `ms` milliseconds, or earlier if they are more than 24 days. */
  after(ms: number, work: () => void): Cancel;
  /** From 0 to below 1. */
  random(): number;
}

/** Timers fire at once if they are longer. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** What JavaScript engines offer, with or without a browser. */
interface Engine {
  setTimeout(work: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly performance?: { now(): number };
}

export const systemClock: ClientClock = {
  now: () => Date.now(),
  monotonic: () => (globalThis as unknown as Engine).performance?.now() ?? Date.now(),
  after(ms, work) {
    const timers = globalThis as unknown as Engine;
    const timer = timers.setTimeout(work, Math.min(ms, MAX_DELAY_MS));
    return () => timers.clearTimeout(timer);
  },
  random: () => Math.random(),
};

export const sleep = (clock: ClientClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, () => resolve()));
