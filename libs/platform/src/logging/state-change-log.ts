/**
 * Logs changes of a state. A change that happens again and again within a minute is logged a few times, and at the end of the
 * minute once more with how often it happened: without this, a service that comes and goes fills the log.
 */
import { withoutCorrelation } from './correlation';

const MINUTE_MS = 60_000;
const LOGGED_IN_FULL = 3;
/** Messages come from the code, and are few. */
const MAX_MESSAGES = 20;

type Level = 'log' | 'warn' | 'error';
type ChangeSink = Record<Level, (entry: object) => void>;

interface StateChange {
  readonly message: string;
  readonly [field: string]: unknown;
}

interface Changes {
  count: number;
  level: Level;
  latest: StateChange;
}

export class StateChangeLog {
  /** Of the current minute, by message, the latest last. */
  private readonly changes = new Map<string, Changes>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly logger: ChangeSink) {}

  record(level: Level, latest: StateChange): void {
    const key = this.changes.has(latest.message) || this.changes.size < MAX_MESSAGES ? latest.message : '';
    const count = (this.changes.get(key)?.count ?? 0) + 1;
    this.changes.delete(key);
    this.changes.set(key, { count, level, latest });
    // The change belongs to no request, although one may have been the first to notice it.
    withoutCorrelation(() => {
      this.timer ??= setTimeout(() => this.endMinute(), MINUTE_MS).unref();
      if (count <= LOGGED_IN_FULL) this.logger[level](latest);
    });
  }

  private endMinute(): void {
    this.timer = null;
    const changes = [...this.changes.values()];
    this.changes.clear();
    for (const { count, level, latest } of changes)
      if (count > LOGGED_IN_FULL) this.logger[level]({ ...latest, changes: count, withinMs: MINUTE_MS });
  }
}
