/** A clock whose time passes only when a test says so. */
import type { Cancel, ClientClock } from '../../../libs/client/src/base/clock';

interface Timer {
  readonly at: number;
  readonly work: () => void;
}

/** Promise callbacks that wait for each other are run to this depth before the next timer. */
const MICROTASKS = 30;

export class VirtualClock implements ClientClock {
  private timers: Timer[] = [];
  private seed: number;
  /** How far the device is ahead of the time that has passed. */
  private offset = 0;

  constructor(
    private time = 1_000_000,
    seed = 1,
  ) {
    this.seed = seed;
  }

  now(): number {
    return this.time + this.offset;
  }

  monotonic(): number {
    return this.time;
  }

  /** The user sets the clock of the device. */
  adjust(ms: number): void {
    this.offset += ms;
  }

  after(ms: number, work: () => void): Cancel {
    const timer = { at: this.time + ms, work };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((other) => other !== timer));
  }

  random(): number {
    // The constants of Numerical Recipes.
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed / 2 ** 32;
  }

  /** Whether anything is still to be done later. */
  get hasTimers(): boolean {
    return this.timers.length > 0;
  }

  /** Runs what is due in the next milliseconds, in order, with the promises that follow from it. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = this.timers.reduce<Timer | undefined>(
        (first, timer) => (timer.at <= end && (!first || timer.at < first.at) ? timer : first),
        undefined,
      );
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.at);
      next.work();
      await settle();
    }
    this.time = end;
  }

  /** Lets time pass until the condition holds. */
  async passUntil(condition: () => boolean, limitMs: number): Promise<void> {
    for (let passed = 0; !condition(); passed += 100) {
      if (passed >= limitMs) throw new Error(`nothing came of waiting for ${limitMs} ms`);
      await this.pass(100);
    }
  }
}

async function settle(): Promise<void> {
  for (let depth = 0; depth < MICROTASKS; depth += 1) await Promise.resolve();
}
