/**
 * Logs failures that repeat for as long as a service is in trouble: the first of a kind at once, and what follows once a
 * minute, as one line with the latest of them and their number. Without it every command of every client would be a line.
 */
import { withoutCorrelation } from './correlation';

const SUM_MS = 60_000;
/** Kinds come from the code, and are few. Past this many the logger stops to tell them apart. */
const MAX_KINDS = 50;
const OTHER_KINDS = 'other';

export interface FailureEntry {
  /** What failed, the same for all failures of the kind. */
  readonly message: string;
  readonly [field: string]: unknown;
}

type Level = 'warn' | 'error';
type FailureSink = Record<Level, (entry: object) => void>;

interface Repeats {
  count: number;
  latest: FailureEntry;
  level: Level;
}

export interface FailureLogOptions {
  /** How many of a kind are logged in full within a minute before the others are summed up. */
  readonly inFull?: number;
}

export class FailureLog {
  private readonly kinds = new Map<string, Repeats>();
  private readonly inFull: number;

  constructor(
    private readonly logger: FailureSink,
    { inFull = 1 }: FailureLogOptions = {},
  ) {
    this.inFull = inFull;
  }

  /** `kind`: what is summed up together; never made of what a client sent. */
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
      this.sumUpLater(key);
    } else {
      repeats.count++;
      repeats.latest = entry;
      repeats.level = level;
      if (repeats.count > this.inFull) return;
    }
    this.logger[level](entry);
  }

  // The sum belongs to no command, although one of them began the minute.
  private sumUpLater(key: string): void {
    withoutCorrelation(() => setTimeout(() => this.sumUp(key), SUM_MS).unref());
  }

  private sumUp(key: string): void {
    const repeats = this.kinds.get(key);
    if (!repeats) return;
    const { count, latest, level } = repeats;
    const repeated = count - this.inFull;
    // A quiet minute ends the series: the next failure is logged at once again.
    if (repeated <= 0) return void this.kinds.delete(key);
    this.logger[level]({ ...latest, repeated, withinMs: SUM_MS });
    // The sum shows the latest of them in full.
    repeats.count = 1;
    this.sumUpLater(key);
  }
}
