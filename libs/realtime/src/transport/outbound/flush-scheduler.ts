/** Schedules the flushes of connections: all frames that are sent in one event-loop iteration are written at its end. */
import { FrameBatch } from './frame-batch';

/** How long a deferrable frame may wait, in milliseconds. */
const MAX_DEFER_MS = 100;
/** How many connections are flushed per iteration; this many take two to three milliseconds. */
const FLUSHES_PER_ITERATION = 256;

export interface Flushable {
  /** Writes all pending frames, if any. Never throws. */
  flush(): void;
}

export class FlushScheduler {
  private emptyBatch = FrameBatch.empty();
  private scheduled: Flushable[] = [];
  private deferred: Flushable[] = [];

  /** The empty batch that every connection starts from, so that connections with equal frames share their batches. */
  get initialBatch(): FrameBatch {
    return this.emptyBatch;
  }

  /** Flushes at the end of this event-loop iteration, after all pending input has been handled. */
  scheduleFlush(flushable: Flushable): void {
    if (this.scheduled.push(flushable) === 1) setImmediate(this.flushScheduled);
  }

  /** Flushes after `MAX_DEFER_MS` at the latest, together with all others that are deferred. */
  deferFlush(flushable: Flushable): void {
    if (this.deferred.push(flushable) === 1) setTimeout(() => this.flushDeferred(), MAX_DEFER_MS);
  }

  private flushDeferred(): void {
    const { deferred } = this;
    this.deferred = [];
    this.flushInParts(deferred, 0);
  }

  private readonly flushScheduled = (): void => {
    const { scheduled } = this;
    this.scheduled = [];
    this.emptyBatch = FrameBatch.empty();
    this.flushInParts(scheduled, 0);
  };

  // A broadcast to many connections is split, so that other events are handled in between.
  private flushInParts(flushables: readonly Flushable[], start: number): void {
    const end = Math.min(flushables.length, start + FLUSHES_PER_ITERATION);
    for (let index = start; index < end; index++) flushables[index]?.flush();
    if (end < flushables.length) setImmediate(() => this.flushInParts(flushables, end));
  }
}
