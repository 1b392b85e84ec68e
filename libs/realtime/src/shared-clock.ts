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
/** Both clocks are read at one moment where no more time than this passes meanwhile. */
const TOGETHER_MS = 0.5;
const READ_ATTEMPTS = 10;

/** The clock of this machine and its monotonic one, at one moment. */
interface BothClocks {
  readonly wall: number;
  readonly monotonic: number;
}

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
  /** When they were last compared. */
  private both: BothClocks = { wall: 0, monotonic: 0 };
  private lastWall = 0;

  /** Milliseconds since 1970, by the shared clock as soon as that has been read. */
  override now(): number {
    let wall = Date.now();
    if (this.certain && (wall < this.lastWall || wall - this.lastWall > CHECK_AFTER_MS)) wall = this.absorbStep().wall;
    this.lastWall = wall;
    return wall + this.correction;
  }

  /**
   * Takes a reading of the shared clock into account. The difference of the clocks is known as exactly as the quickest
   * answer was quick (F. Cristian, Probabilistic clock synchronization, 1989); it is changed only where it is certainly
   * wrong, so that slow answers move nothing, and machines whose clocks agree are left alone.
   */
  observe({ sharedMs, askedAt, answeredAt }: ClockReading): void {
    const { wall, monotonic } = this.certain ? this.absorbStep() : (this.both = readBoth());
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
  private absorbStep(): BothClocks {
    const both = readBoth();
    const step = both.wall - this.both.wall - (both.monotonic - this.both.monotonic);
    this.both = both;
    if (Math.abs(step) <= SET_BY_MS || !this.certain) return both;
    this.certain = { min: this.certain.min - step, max: this.certain.max - step };
    this.correction = Math.round(this.correction - step);
    return both;
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

/** A busy machine may stop this process between two readings: then they say nothing about each other. */
function readBoth(): BothClocks {
  let best = { wall: 0, monotonic: 0, apartMs: Infinity };
  for (let attempt = 0; attempt < READ_ATTEMPTS && best.apartMs > TOGETHER_MS; attempt++) {
    const before = performance.now();
    const wall = Date.now();
    const monotonic = performance.now();
    if (monotonic - before < best.apartMs) best = { wall, monotonic, apartMs: monotonic - before };
  }
  return best;
}
