/**
 * The clock of the cluster. The server compares timestamps of different nodes, so each node follows one shared clock if the
 * application reads one; otherwise it uses the clock of its machine.
 */
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from './clock';

/** A reading of the shared clock, with the times of request and answer on this machine, by `performance.now()`. */
export interface ClockReading {
  /** Milliseconds since 1970. */
  readonly sharedMs: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** If two calls of `now` are no further apart, the second one does not check whether the machine's clock was set. */
const STEP_CHECK_INTERVAL_MS = 50;
/** Wall clock and monotonic clock of this machine diverge by more than this only if the wall clock was set. */
const STEP_THRESHOLD_MS = 20;
/** The wall clock of this machine is read in whole milliseconds. */
const ROUNDING_MS = 1;
const WARN_THRESHOLD_MS = 500;
/** Two clocks count as read at the same moment if reading them took no longer than this. */
const MAX_READ_SPAN_MS = 0.5;
const READ_ATTEMPTS = 10;

/** The wall clock and the monotonic clock of this machine, read at the same moment. */
interface ClockPair {
  readonly wall: number;
  readonly monotonic: number;
}

interface OffsetBounds {
  readonly min: number;
  readonly max: number;
}

@Injectable()
export class SharedClock extends Clock {
  private readonly logger = new Logger(Clock.name);
  /** How far the shared clock is ahead of this machine's wall clock. */
  private offsetMs = 0;
  /** The bounds within which the true offset lies; null until the shared clock has been read. */
  private offsetBounds: OffsetBounds | null = null;
  /** The clocks of this machine when they were last compared. */
  private lastPair: ClockPair = { wall: 0, monotonic: 0 };
  private lastWall = 0;

  /** Milliseconds since 1970, by the shared clock once that has been read. */
  override now(): number {
    let wall = Date.now();
    if (this.offsetBounds && (wall < this.lastWall || wall - this.lastWall > STEP_CHECK_INTERVAL_MS))
      wall = this.absorbStep().wall;
    this.lastWall = wall;
    return wall + this.offsetMs;
  }

  /**
   * Processes a reading of the shared clock. The offset is as accurate as the fastest answer (F. Cristian, Probabilistic
   * clock synchronization, 1989). It is changed only if it is certainly wrong, so that slow answers have no effect, and
   * machines whose clocks agree need no correction.
   */
  observe({ sharedMs, askedAt, answeredAt }: ClockReading): void {
    const { wall, monotonic } = this.offsetBounds ? this.absorbStep() : (this.lastPair = readClockPair());
    const wallAtAnswer = wall - (monotonic - answeredAt);
    const min = sharedMs - wallAtAnswer - ROUNDING_MS;
    const measured: OffsetBounds = { min, max: min + (answeredAt - askedAt) + 2 * ROUNDING_MS };
    const known = this.offsetBounds ?? measured;
    const intersection = { min: Math.max(known.min, measured.min), max: Math.min(known.max, measured.max) };
    // Without an intersection, the clocks have drifted or the shared one was set: the latest reading applies.
    this.offsetBounds = intersection.min <= intersection.max ? intersection : measured;
    const { offsetBounds } = this;
    if (offsetBounds.min <= this.offsetMs && this.offsetMs <= offsetBounds.max) return;
    this.setOffset(Math.round((offsetBounds.min + offsetBounds.max) / 2));
  }

  // Keeps the shared time steady if the wall clock of this machine was set.
  private absorbStep(): ClockPair {
    const pair = readClockPair();
    const step = pair.wall - this.lastPair.wall - (pair.monotonic - this.lastPair.monotonic);
    this.lastPair = pair;
    if (Math.abs(step) <= STEP_THRESHOLD_MS || !this.offsetBounds) return pair;
    this.offsetBounds = { min: this.offsetBounds.min - step, max: this.offsetBounds.max - step };
    this.offsetMs = Math.round(this.offsetMs - step);
    return pair;
  }

  private setOffset(offsetMs: number): void {
    const byMs = offsetMs - this.offsetMs;
    this.offsetMs = offsetMs;
    if (Math.abs(byMs) < WARN_THRESHOLD_MS) return;
    this.logger.warn({
      message: 'clock of this machine is wrong; this node follows the clock of the database',
      aheadMs: -offsetMs,
    });
  }
}

/** Reads both clocks, repeatedly if the process was suspended in between: such a pair cannot be compared. */
function readClockPair(): ClockPair {
  let closest = { wall: 0, monotonic: 0, apartMs: Infinity };
  for (let attempt = 0; attempt < READ_ATTEMPTS && closest.apartMs > MAX_READ_SPAN_MS; attempt++) {
    const before = performance.now();
    const wall = Date.now();
    const monotonic = performance.now();
    if (monotonic - before < closest.apartMs) closest = { wall, monotonic, apartMs: monotonic - before };
  }
  return closest;
}
