/** What the process of the walkers is told to do, and what it tells of it. */
import type { MoveEncoding } from '@aeturnis/contracts';

export interface Enlisted {
  readonly id: string;
  readonly token: string;
  /** Its node, by number. */
  readonly node: number;
  readonly encoding: MoveEncoding;
  readonly x: number;
  readonly y: number;
}

export interface Job {
  readonly zone: string;
  readonly urls: readonly string[];
  readonly walkers: readonly Enlisted[];
  /** For how long they walk. */
  readonly forMs: number;
  readonly seed: number;
}

/** Numbers are of all walkers together. */
export interface Counts extends Record<string, number> {
  /** Steps that were accepted, and corrections. */
  steps: number;
  corrections: number;
  /** Volatile packets that came, and those of them that were dropped on purpose. */
  packets: number;
  dropped: number;
  /** Pictures that were compared, characters that were in them or should have been, and those that were wrong. */
  samples: number;
  compared: number;
  mismatches: number;
  /** Pictures that were not right either when nobody walked any more. */
  unsettled: number;
  /** Places that were told though nobody had gone there, or though the server had accepted a later step. */
  untrue: number;
  /** Ticks of the other node that a node had not heard of, usually. */
  behind: number;
  /** Pictures of those who missed that others left, and those of them that a keyframe did not put right. */
  haunted: number;
  unhealed: number;
}

export interface Result {
  readonly counts: Counts;
  /** The first few mismatches, in words. */
  readonly examples: readonly string[];
}
