/** The bytes that all clients of this node have not read yet, and what is done where they are too many. */
import { getHeapStatistics } from 'node:v8';
import type { ConnectionGuard, CutOffCode } from './connection-guard';

/** Before admission a client is sent the engine's greeting and refusals. */
const EARLY_BYTES = 8 * 1024;
/** Once the limit of the node is exceeded, connections are cut off until so much of it is used. */
const RELIEVED = 0.9;
/** Part of the heap that may be unsent, and what that comes to at most. */
const HEAP_PART = 1 / 4;
const MAX_DEFAULT_BYTES = 512 * 1024 * 1024;

/** The limit of a node that is not told one: 64 MiB of a heap of 256 MiB. */
export const defaultNodeLimit = (): number =>
  Math.min(MAX_DEFAULT_BYTES, Math.floor(getHeapStatistics().heap_size_limit * HEAP_PART));

export interface UnsentLimits {
  readonly connectionBytes: number;
  readonly nodeBytes: number;
}

/**
 * Keeps the sum of what connections that have fallen behind have not read. A connection is looked at when something is
 * written to it that stays behind; those whose clients read in time are never looked at. What clients read meanwhile is
 * noticed by `refresh`, which is called before anybody is cut off because of the sum.
 */
export class UnsentBytes {
  private readonly behind = new Set<ConnectionGuard>();
  private sum = 0;

  constructor(
    private readonly limits: UnsentLimits,
    private readonly cutOff: (guard: ConnectionGuard, code: CutOffCode) => void,
  ) {}

  get total(): number {
    return this.sum;
  }

  /** Accounts for what the connection has not read now, and cuts it off where that is too much. */
  update(guard: ConnectionGuard): void {
    const bytes = this.account(guard);
    const limit = guard.admitted ? this.limits.connectionBytes + guard.replayBytes : EARLY_BYTES;
    if (bytes > limit) this.cutOff(guard, guard.admitted ? 'OVERLOADED' : 'EARLY');
    else if (this.sum > this.limits.nodeBytes) this.relieve();
  }

  /** Accounts for what clients have read meanwhile. @returns the most that one of them has not read. */
  refresh(): number {
    let highest = 0;
    for (const guard of this.behind) highest = Math.max(highest, this.account(guard));
    return highest;
  }

  private account(guard: ConnectionGuard): number {
    const bytes = guard.unsentBytes;
    this.sum += bytes - guard.accountedBytes;
    guard.accountedBytes = bytes;
    if (bytes > 0) this.behind.add(guard);
    else {
      this.behind.delete(guard);
      guard.replayBytes = 0;
    }
    return bytes;
  }

  /** The largest go first: that frees the most, and ends the fewest. */
  private relieve(): void {
    this.refresh();
    const enough = this.limits.nodeBytes * RELIEVED;
    if (this.sum <= enough) return;
    const largest = [...this.behind].toSorted((one, other) => other.accountedBytes - one.accountedBytes);
    for (const guard of largest) {
      if (this.sum <= enough) return;
      this.cutOff(guard, 'NODE_OVERLOADED');
      this.account(guard);
    }
  }
}
