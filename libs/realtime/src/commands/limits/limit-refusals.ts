/** Counts for the last minutes how often each rate policy has refused or dropped something on this node. */
import { Injectable } from '@nestjs/common';
import { Clock } from '../../base/clock';

const MINUTE_MS = 60_000;
/** Older counts are deleted. */
const MAX_MINUTES = 15;

/** Stands for the policy of a whole connection, which covers all its events. */
export const CONNECTION_LIMIT = 'connection';

@Injectable()
export class LimitRefusals {
  /** Counts by name, by the number of the minute; names are those of operations, so they are few. */
  private readonly minutes = new Map<number, Map<string, number>>();

  constructor(private readonly clock: Clock) {}

  record(name: string): void {
    const minute = this.currentMinute();
    let counts = this.minutes.get(minute);
    if (!counts) {
      this.removeExpired(minute);
      this.minutes.set(minute, (counts = new Map<string, number>()));
    }
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  /** The counts of the current minute and those before it, `minutes` in all and at most 15; names that were not refused are absent. */
  during(minutes: number): Record<string, number> {
    const current = this.currentMinute();
    this.removeExpired(current);
    const sums = new Map<string, number>();
    for (const [minute, counts] of this.minutes)
      if (minute > current - minutes) for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
    return Object.fromEntries(sums);
  }

  private currentMinute(): number {
    return Math.floor(this.clock.now() / MINUTE_MS);
  }

  private removeExpired(current: number): void {
    for (const minute of this.minutes.keys()) if (minute <= current - MAX_MINUTES) this.minutes.delete(minute);
  }
}
