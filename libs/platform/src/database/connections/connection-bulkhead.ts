/**
 * Limits how many connections one kind of work holds (bulkhead pattern). Commands that wait for a locked table would otherwise
 * exhaust the pool, and commands on other tables would fail too.
 */

/** Work that holds a connection for longer counts as slow. Nearly all transactions take a few milliseconds. */
const SLOW_MS = 1_000;
/** Longer than the statement timeout, so that a command that is retried and slow again does not count as recovered in between. */
const RECOVERED_MS = 6_000;
/** Work that holds a connection for longer is reported to operators. */
const STUCK_MS = 2_000;

/** A connection that is in use or being opened. */
export interface ConnectionHold {
  readonly kind: string;
  /** By `performance.now()`; undefined while the connection is being opened. */
  since?: number;
}

export class ConnectionBulkhead {
  private readonly holds = new Set<ConnectionHold>();
  /** When work of each kind was last slow. Bounded, because kinds are names of commands and routes. */
  private readonly slowAt = new Map<string, number>();
  private readonly sharedLimit: number;
  private readonly slowLimit: number;

  /** @param size the number of connections. */
  constructor(size: number) {
    // A pool of one connection reserves nothing.
    this.sharedLimit = Math.max(1, size - Math.max(1, Math.floor(size / 4)));
    this.slowLimit = Math.max(1, Math.floor(size / 2));
  }

  /** Connections in use or being opened. */
  get used(): number {
    return this.holds.size;
  }

  /**
   * Whether work of this kind may take a connection. The last quarter of the pool, at least one connection, is reserved for
   * kinds that hold none and are not known to be slow. Slow kinds together may hold half of the pool, or one connection each.
   * A kind can take most of the pool before it is known to be slow, but not a second time.
   */
  admits(kind: string): boolean {
    const ofThisKind = this.count((other) => other === kind);
    const isSlow = this.isSlow(kind);
    if (this.holds.size >= this.sharedLimit && (isSlow || ofThisKind > 0)) return false;
    if (!isSlow || ofThisKind === 0) return true;
    return this.count((other) => this.isSlow(other)) < this.slowLimit;
  }

  /** Whether work of this kind is slow, or was within the last `RECOVERED_MS`. */
  isSlow(kind: string): boolean {
    const at = this.slowAt.get(kind);
    if (at !== undefined && performance.now() - at < RECOVERED_MS) return true;
    for (const hold of this.holds) if (hold.kind === kind && isSlowHold(hold)) return true;
    return false;
  }

  take(kind: string): ConnectionHold {
    const hold: ConnectionHold = { kind };
    this.holds.add(hold);
    return hold;
  }

  /** Call it when the connection is open. */
  begin(hold: ConnectionHold): void {
    hold.since = performance.now();
  }

  release(hold: ConnectionHold): void {
    this.holds.delete(hold);
    if (isSlowHold(hold)) this.slowAt.set(hold.kind, performance.now());
  }

  /** Kinds of work that have held a connection for at least `STUCK_MS`. */
  get stuckKinds(): string[] {
    const stuck = [...this.holds].filter((hold) => holdDurationMs(hold) >= STUCK_MS);
    return [...new Set(stuck.map(({ kind }) => kind))];
  }

  private count(includes: (kind: string) => boolean): number {
    let count = 0;
    for (const { kind } of this.holds) if (includes(kind)) count++;
    return count;
  }
}

const holdDurationMs = ({ since }: ConnectionHold): number => (since === undefined ? 0 : performance.now() - since);

const isSlowHold = (hold: ConnectionHold): boolean => holdDurationMs(hold) >= SLOW_MS;
