/** Logs changes of a state. Where it changes again and again, a line a minute with their number takes the place of one for each. */
import { withoutCorrelation } from './correlation';

const MINUTE_MS = 60_000;
const IN_FULL = 6;

type Level = 'log' | 'warn' | 'error';
type ChangeSink = Record<Level, (entry: object) => void>;

export class StateChangeLog {
  private count = 0;
  private latest: { readonly level: Level; readonly entry: object } | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly logger: ChangeSink) {}

  record(level: Level, entry: { readonly message: string; readonly [field: string]: unknown }): void {
    this.count++;
    // The change belongs to no request, although one may have been the first to notice it.
    withoutCorrelation(() => {
      this.timer ??= setTimeout(() => this.minuteIsOver(), MINUTE_MS).unref();
      if (this.count <= IN_FULL) this.logger[level](entry);
      else this.latest = { level, entry };
    });
  }

  private minuteIsOver(): void {
    const { count, latest } = this;
    [this.count, this.latest, this.timer] = [0, null, null];
    if (latest) this.logger[latest.level]({ ...latest.entry, changes: count, withinMs: MINUTE_MS });
  }
}
