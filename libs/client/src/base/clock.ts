/** Time and chance, injected so that tests control both. */

/** Cancels what was scheduled; does nothing if it has run. */
export type Cancel = () => void;

export interface ClientClock {
  /** Milliseconds since 1970, by the clock of this device. */
  now(): number;
  /** Calls back once, after `ms` milliseconds. */
  after(ms: number, work: () => void): Cancel;
  /** From 0 to below 1. */
  random(): number;
}

/** What every JavaScript engine offers, with or without a browser. */
interface Timers {
  setTimeout(work: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemClock: ClientClock = {
  now: () => Date.now(),
  after(ms, work) {
    const timers = globalThis as unknown as Timers;
    const timer = timers.setTimeout(work, ms);
    return () => timers.clearTimeout(timer);
  },
  random: () => Math.random(),
};

export const sleep = (clock: ClientClock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, () => resolve()));
