/** Waiting times between attempts: they double up to a maximum, and are jittered so that clients do not return at once. */
import type { ClientClock } from './clock';

interface BackoffLimits {
  /** Milliseconds before the second attempt, at most. */
  readonly firstMs: number;
  readonly maxMs: number;
}

export class Backoff {
  private attempts = 0;

  constructor(
    private readonly clock: ClientClock,
    private readonly limits: BackoffLimits,
  ) {}

  /** Half of each time is random. */
  nextMs(): number {
    const { firstMs, maxMs } = this.limits;
    const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(this.attempts++, 20));
    return Math.round(ceiling / 2 + (this.clock.random() * ceiling) / 2);
  }

  /** Goes on as after so many attempts, if there were more. */
  reset(attempts = 0): void {
    this.attempts = Math.min(this.attempts, attempts);
  }
}
