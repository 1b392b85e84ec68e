/**
 * The time of the cluster. Times of two nodes are compared all over the server, so a node follows a clock that all nodes
 * share, where the application reads one; otherwise it goes by the clock of its machine.
 */
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from './clock';

/** One reading of the shared clock, and when on this machine it was asked for and answered, by `performance.now()`. */
export interface ClockReading {
  /** Milliseconds since 1970. */
  readonly sharedMs: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Between two calls of `now` that are no farther apart, the clock of this machine is not checked for having been set. */
const CHECK_AFTER_MS = 50;
/** The clock of this machine and its monotonic one differ by more than this only where somebody has set the former. */
const SET_BY_MS = 20;
/** The clock of this machine is read in whole milliseconds. */
const ROUNDING_MS = 1;
const WARN_FROM_MS = 500;

interface Range {
  readonly min: number;
  readonly max: number;
}

@Injectable()
export class SharedClock extends Clock {
  private readonly logger = new Logger(Clock.name);
  /** What the shared clock is ahead of this machine's. */
  private correction = 0;
  /** Within which that lies for certain; null until the shared clock has been read. */
  private certain: Range | null = null;
  /** Both clocks of this machine at one moment. */
  private both = { wall: 0, monotonic: 0 };
  private lastWall = 0;

  /** Milliseconds since 1970, by the shared clock as soon as that has been read. */
  override now(): number {
    const wall = Date.now();
    if (this.certain && (wall < this.lastWall || wall - this.lastWall > CHECK_AFTER_MS)) this.absorbStep(wall);
    this.lastWall = wall;
    return wall + this.correction;
  }

  /**
   * Takes a reading of the shared clock into account. The difference of the clocks is known as exactly as the quickest
   * answer was quick (F. Cristian, Probabilistic clock synchronization, 1989); it is changed only where it is certainly
   * wrong, so that slow answers move nothing, and machines whose clocks agree are left alone.
   */
  observe({ sharedMs, askedAt, answeredAt }: ClockReading): void {
    const monotonic = performance.now();
    const wall = Date.now();
    if (this.certain) this.absorbStep(wall);
    else this.both = { wall, monotonic };
    const wallThen = wall - (monotonic - answeredAt);
    const min = sharedMs - wallThen - ROUNDING_MS;
    const read: Range = { min, max: min + (answeredAt - askedAt) + 2 * ROUNDING_MS };
    const known = this.certain ?? read;
    const both = { min: Math.max(known.min, read.min), max: Math.min(known.max, read.max) };
    // The clocks have drifted apart, or somebody has set the shared one: the latest reading holds.
    this.certain = both.min <= both.max ? both : read;
    const { certain } = this;
    if (certain.min <= this.correction && this.correction <= certain.max) return;
    this.correct(Math.round((certain.min + certain.max) / 2));
  }

  // Somebody has set the clock of this machine: the shared one goes on as it was.
  private absorbStep(wall: number): void {
    const monotonic = performance.now();
    const step = wall - this.both.wall - (monotonic - this.both.monotonic);
    this.both = { wall, monotonic };
    if (Math.abs(step) <= SET_BY_MS || !this.certain) return;
    this.certain = { min: this.certain.min - step, max: this.certain.max - step };
    this.correction = Math.round(this.correction - step);
  }

  private correct(correction: number): void {
    const byMs = correction - this.correction;
    this.correction = correction;
    if (Math.abs(byMs) < WARN_FROM_MS) return;
    this.logger.warn({
      message: 'clock of this machine is wrong; this node follows the clock of the database',
      aheadMs: -correction,
    });
  }
}
