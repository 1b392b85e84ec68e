/** The job and the result that the walker process exchanges with its parent. */
import type { MoveEncoding } from '@aeturnis/contracts';

export interface WalkerAccount {
  readonly id: string;
  readonly token: string;
  /** The index of its node. */
  readonly node: number;
  readonly encoding: MoveEncoding;
  readonly x: number;
  readonly y: number;
}

export interface WalkJob {
  readonly zone: string;
  readonly urls: readonly string[];
  readonly walkers: readonly WalkerAccount[];
  /** The duration of the walk. */
  readonly forMs: number;
  readonly seed: number;
}

/** Totals over all walkers. */
export interface WalkCounts extends Record<string, number> {
  /** Accepted steps, and corrections. */
  steps: number;
  corrections: number;
  /** Received volatile packets, and those dropped on purpose. */
  packets: number;
  dropped: number;
  /** Views that were checked, characters that each showed or should have shown, and those that were wrong. */
  samples: number;
  compared: number;
  mismatches: number;
  /** Views that were still inaccurate when all walkers had stopped. */
  staleAtRest: number;
  /** Broadcast positions that a walker never had, or that are older than its last acknowledged step. */
  invalidPositions: number;
  /** Median number of ticks of the other node that a node had not received yet. */
  medianLagTicks: number;
  /** Views that showed walkers after they left, and those of them that a keyframe did not correct. */
  ghostViews: number;
  staleAfterKeyframe: number;
}

export interface WalkResult {
  readonly counts: WalkCounts;
  /** Descriptions of the first mismatches. */
  readonly examples: readonly string[];
}
