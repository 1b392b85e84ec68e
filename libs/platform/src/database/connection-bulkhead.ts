/**
 * Limits how many connections one kind of work holds (bulkhead pattern). Commands that wait for a locked table would otherwise
 * exhaust the pool, and commands on other tables would fail too.
 */

/** Work that holds a connection for longer is slow. Nearly all transactions take some milliseconds. */
const SLOW_MS = 1_000;
/** Longer than the time limit of a statement: a command that is retried and is slow again has not recovered in between. */
const RECOVERED_MS = 6_000;
/** Work that holds a connection for longer is reported to operators. */
const STUCK_MS = 2_000;

/** A connection in use, or being made. */
export interface ConnectionHold {
  readonly kind: string;
  /** In milliseconds of this process; undefined while the connection is being made. */
  since?: number;
}

export class ConnectionBulkhead {
  private readonly holds = new Set<ConnectionHold>();
  /** When work of a kind was slow for the last time. Kinds are names of commands and routes: they are few. */
  private readonly slowAt = new Map<string, number>();
  private readonly sharedLimit: number;
  private readonly slowLimit: number;

  /** @param size the number of connections. */
  constructor(size: number) {
    // A pool of one has no part to keep.
    this.sharedLimit = Math.max(1, size - Math.max(1, Math.floor(size / 4)));
    this.slowLimit = Math.max(1, Math.floor(size / 2));
  }

  /** Connections in use, and being made. */
  get used(): number {
    return this.holds.size;
  }

  /**
   * The last quarter of the connections, at least one, is for kinds that hold none and are not known to be slow. All slow
   * kinds together may hold one half, or one each: most connections can be taken before it is known that a kind is slow,
   * but not for a second time.
   */
  admits(kind: string): boolean {
    const ofThisKind = this.count((other) => other === kind);
    const isSlow = this.isSlow(kind);
    if (this.holds.size >= this.sharedLimit && (isSlow || ofThisKind > 0)) return false;
    if (!isSlow || ofThisKind === 0) return true;
    return this.count((other) => this.isSlow(other)) < this.slowLimit;
  }

  /** Some work of this kind is slow, or was a moment ago. */
  isSlow(kind: string): boolean {
    const at = this.slowAt.get(kind);
    if (at !== undefined && performance.now() - at < RECOVERED_MS) return true;
    for (const hold of this.holds) if (hold.kind === kind && wasSlow(hold)) return true;
    return false;
  }

  take(kind: string): ConnectionHold {
    const hold: ConnectionHold = { kind };
    this.holds.add(hold);
    return hold;
  }

  /** The connection is there. */
  begin(hold: ConnectionHold): void {
    hold.since = performance.now();
  }

  release(hold: ConnectionHold): void {
    this.holds.delete(hold);
    if (wasSlow(hold)) this.slowAt.set(hold.kind, performance.now());
  }

  /** Kinds of work that have held a connection for seconds. */
  get stuckKinds(): string[] {
    const stuck = [...this.holds].filter((hold) => heldMs(hold) >= STUCK_MS);
    return [...new Set(stuck.map(({ kind }) => kind))];
  }

  private count(includes: (kind: string) => boolean): number {
    let count = 0;
    for (const { kind } of this.holds) if (includes(kind)) count++;
    return count;
  }
}

const heldMs = ({ since }: ConnectionHold): number => (since === undefined ? 0 : performance.now() - since);

const wasSlow = (hold: ConnectionHold): boolean => heldMs(hold) >= SLOW_MS;
