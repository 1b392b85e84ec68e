/**
 * One turn of writing: who has something to be written at its end. It lasts one turn of the event loop. On a node that is
 * busy with broadcasts to very many it lasts longer, so that more is joined into each write and there is time for the rest;
 * what somebody waits for does not take part in that.
 */
import { Run } from './run';

/** A broadcast to fewer connections takes too little time to be worth the waiting. */
const MANY = 250;
/** The part of the time in which the event loop was at work since the last broadcast to many. */
const BUSY = 0.75;
/** Writing to many then rests for so many times as long as it took. */
const REST = 5;
const LONGEST_REST_MS = 50;

export interface Corked {
  /** Writes what waits, if anything does, and never throws. */
  flush(): void;
}

/** What a turn goes by. */
export interface Beat {
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
  /** The part of the time since it was asked last in which the event loop was at work. */
  load(): number;
}

export class Turn {
  private first = Run.empty();
  private corked: Corked[] = [];
  private hurried: Corked[] = [];
  private resting = false;
  private restsUntil = 0;
  private readonly end = (): void => this.flush();
  private readonly endForSome = (): void => this.flushHurried();

  constructor(private readonly beat: Beat = beatOfTheProcess()) {}

  /** What every connection begins with, so that equal frames meet in one run. */
  get beginning(): Run {
    return this.first;
  }

  /** At the end of this turn, after everything that has arrived by now has been handled. */
  atTheEnd(corked: Corked): void {
    if (this.corked.push(corked) > 1) return;
    const restMs = this.restsUntil === 0 ? 0 : this.restsUntil - this.beat.now();
    this.resting = restMs > 0;
    if (this.resting) setTimeout(this.end, restMs);
    else setImmediate(this.end);
  }

  /** At the end of this turn of the event loop at the latest. */
  hurry(corked: Corked): void {
    if (this.resting && this.hurried.push(corked) === 1) setImmediate(this.endForSome);
  }

  private flush(): void {
    const { corked } = this;
    const startedAt = this.beat.now();
    this.corked = [];
    this.resting = false;
    this.first = Run.empty();
    for (const each of corked) each.flush();
    this.restsUntil = corked.length < MANY ? 0 : this.restAfter(startedAt);
  }

  private flushHurried(): void {
    const { hurried } = this;
    this.hurried = [];
    for (const each of hurried) each.flush();
  }

  /** @returns until when; 0 where the node has time enough. */
  private restAfter(startedAt: number): number {
    if (this.beat.load() < BUSY) return 0;
    const endedAt = this.beat.now();
    return endedAt + Math.min(LONGEST_REST_MS, REST * (endedAt - startedAt));
  }
}

function beatOfTheProcess(): Beat {
  let before = performance.eventLoopUtilization();
  return {
    now: () => performance.now(),
    load() {
      const here = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(here, before);
      before = here;
      return utilization;
    },
  };
}
