/**
 * Logs state changes, such as a lost and restored connection. A change that repeats within a minute is logged three times,
 * and once more at the end of the minute with its count. Otherwise an unstable service would fill the log.
 */
import { withoutCorrelation } from './correlation';

const MINUTE_MS = 60_000;
const MAX_LOGGED_IN_FULL = 3;
/** Messages are fixed texts of the code and few. Further ones share one counter, which bounds memory. */
const MAX_MESSAGES = 20;

type Level = 'log' | 'warn' | 'error';
type ChangeSink = Record<Level, (entry: object) => void>;

interface StateChange {
  readonly message: string;
  readonly [field: string]: unknown;
}

interface RepeatedChange {
  count: number;
  level: Level;
  latest: StateChange;
}

export class StateChangeLog {
  /** Changes of the current minute by message, the most recent last. */
  private readonly changes = new Map<string, RepeatedChange>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly logger: ChangeSink) {}

  record(level: Level, latest: StateChange): void {
    const key = this.changes.has(latest.message) || this.changes.size < MAX_MESSAGES ? latest.message : '';
    const count = (this.changes.get(key)?.count ?? 0) + 1;
    this.changes.delete(key);
    this.changes.set(key, { count, level, latest });
    // Without the correlation of the request that noticed the change first: the change is not caused by it.
    withoutCorrelation(() => {
      this.timer ??= setTimeout(() => this.summariseMinute(), MINUTE_MS).unref();
      if (count <= MAX_LOGGED_IN_FULL) this.logger[level](latest);
    });
  }

  private summariseMinute(): void {
    this.timer = null;
    const changes = [...this.changes.values()];
    this.changes.clear();
    for (const { count, level, latest } of changes)
      if (count > MAX_LOGGED_IN_FULL) this.logger[level]({ ...latest, changes: count, withinMs: MINUTE_MS });
  }
}
