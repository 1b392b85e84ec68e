/**
 * Rate-limits the log lines of repeated failures: logs the first failure of a kind at once, then one summary per minute with
 * the latest failure and their number. Without it, an outage would log a line for every command of every client.
 */
import { withoutCorrelation } from './correlation';

const SUMMARY_INTERVAL_MS = 60_000;
/** Kinds are named by the code and are few. Further kinds share one counter, which bounds memory. */
const MAX_KINDS = 50;
const OTHER_KINDS = 'other';

interface FailureEntry {
  /** The same text for all failures of the kind. */
  readonly message: string;
  readonly [field: string]: unknown;
}

type Level = 'warn' | 'error';
type FailureSink = Record<Level, (entry: object) => void>;

interface RepeatedFailure {
  count: number;
  latest: FailureEntry;
  level: Level;
}

export interface FailureLogOptions {
  /** Failures of a kind that are logged in full per minute; the others are only counted. */
  readonly inFull?: number;
}

export class FailureLog {
  private readonly kinds = new Map<string, RepeatedFailure>();
  private readonly inFull: number;

  constructor(
    private readonly logger: FailureSink,
    { inFull = 1 }: FailureLogOptions = {},
  ) {
    this.inFull = inFull;
  }

  /** @param kind failures of one kind share a summary. It must not contain client input. */
  warn(entry: FailureEntry, kind = entry.message): void {
    this.add('warn', entry, kind);
  }

  /** See `warn`. */
  error(entry: FailureEntry, kind = entry.message): void {
    this.add('error', entry, kind);
  }

  private add(level: Level, entry: FailureEntry, kind: string): void {
    const key = this.kinds.has(kind) || this.kinds.size < MAX_KINDS ? kind : OTHER_KINDS;
    const repeats = this.kinds.get(key);
    if (!repeats) {
      this.kinds.set(key, { count: 1, latest: entry, level });
      this.scheduleSummary(key);
    } else {
      repeats.count++;
      repeats.latest = entry;
      repeats.level = level;
      if (repeats.count > this.inFull) return;
    }
    this.logger[level](entry);
  }

  // Without the correlation of the command that started the minute: the summary covers many commands.
  private scheduleSummary(key: string): void {
    withoutCorrelation(() => setTimeout(() => this.summarise(key), SUMMARY_INTERVAL_MS).unref());
  }

  private summarise(key: string): void {
    const repeats = this.kinds.get(key);
    if (!repeats) return;
    const { count, latest, level } = repeats;
    const repeated = count - this.inFull;
    // After a minute without a failure the next one is logged at once again.
    if (repeated <= 0) return void this.kinds.delete(key);
    this.logger[level]({ ...latest, repeated, withinMs: SUMMARY_INTERVAL_MS });
    // The summary counts as the one failure that was logged in full.
    repeats.count = 1;
    this.scheduleSummary(key);
  }
}
