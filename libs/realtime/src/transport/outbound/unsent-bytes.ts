/** Accounts for the bytes that the clients of this node have not read, and cuts off connections beyond the limits. */
import { getHeapStatistics } from 'node:v8';
import type { ConnectionGuard, CutOffCode } from '../limits/connection-guard';

/** Before admission a client only gets the engine's handshake and refusals. */
const MAX_EARLY_UNSENT_BYTES = 8 * 1024;
/** Above the limit of the node, connections are cut off until the sum is down to this fraction of it. */
const RELIEF_TARGET_FRACTION = 0.9;
/** The default limit of a node is this fraction of the heap, up to this number of bytes. */
const HEAP_FRACTION = 1 / 4;
const MAX_DEFAULT_BYTES = 512 * 1024 * 1024;

/** The limit of a node without a configured one: 64 MiB for a heap of 256 MiB. */
export const defaultNodeUnsentLimit = (): number =>
  Math.min(MAX_DEFAULT_BYTES, Math.floor(getHeapStatistics().heap_size_limit * HEAP_FRACTION));

export interface UnsentLimits {
  readonly connectionBytes: number;
  readonly nodeBytes: number;
}

/**
 * Sums up the unread bytes of lagging connections. A connection is measured when a write to it is not sent at once; those
 * whose clients read in time are never measured. `refresh` measures all lagging connections again, and runs before any
 * connection is cut off because of the sum.
 */
export class UnsentBytes {
  private readonly lagging = new Set<ConnectionGuard>();
  private sum = 0;

  constructor(
    private readonly limits: UnsentLimits,
    private readonly cutOff: (guard: ConnectionGuard, code: CutOffCode) => void,
  ) {}

  get total(): number {
    return this.sum;
  }

  /** Measures the unread bytes of the connection, and cuts it off if they exceed its limit. */
  update(guard: ConnectionGuard): void {
    const bytes = this.account(guard);
    const limit = guard.isAdmitted ? this.limits.connectionBytes + guard.replayAllowanceBytes : MAX_EARLY_UNSENT_BYTES;
    if (bytes > limit) this.cutOff(guard, guard.isAdmitted ? 'OVERLOADED' : 'EARLY');
    else if (this.sum > this.limits.nodeBytes) this.cutOffLargest();
  }

  /** Measures all lagging connections again. @returns the highest number of unread bytes of a single connection. */
  refresh(): number {
    let highest = 0;
    for (const guard of this.lagging) highest = Math.max(highest, this.account(guard));
    return highest;
  }

  private account(guard: ConnectionGuard): number {
    const bytes = guard.unsentBytes;
    this.sum += bytes - guard.accountedBytes;
    guard.accountedBytes = bytes;
    if (bytes > 0) this.lagging.add(guard);
    else {
      this.lagging.delete(guard);
      guard.replayAllowanceBytes = 0;
    }
    return bytes;
  }

  /** Cuts off the connections with the most unread bytes first: that ends the fewest. */
  private cutOffLargest(): void {
    this.refresh();
    const targetBytes = this.limits.nodeBytes * RELIEF_TARGET_FRACTION;
    if (this.sum <= targetBytes) return;
    const largest = [...this.lagging].toSorted((a, b) => b.accountedBytes - a.accountedBytes);
    for (const guard of largest) {
      if (this.sum <= targetBytes) return;
      this.cutOff(guard, 'NODE_OVERLOADED');
      this.account(guard);
    }
  }
}
