/**
 * How many connections work of one kind may hold. Commands that wait for a locked table would otherwise take one connection
 * after the other, until commands that have nothing to do with that table get none.
 */

/** Work that holds a connection for longer is slow. Nearly all transactions take some milliseconds. */
const SLOW_MS = 1_000;
/** Work that holds a connection for longer is told to operators. */
const STUCK_MS = 2_000;

export interface Hold {
  readonly kind: string;
  readonly since: number;
}

export class PoolShares {
  private readonly holds = new Set<Hold>();
  /** Kinds whose last work was slow. Kinds are names of commands and routes: they are few. */
  private readonly slowBefore = new Set<string>();
  private readonly freelyTaken: number;
  private readonly mostOfSlowKinds: number;

  /** @param size the number of connections. */
  constructor(size: number) {
    this.freelyTaken = size - Math.floor(size / 4);
    this.mostOfSlowKinds = Math.max(1, Math.floor(size / 2));
  }

  /**
   * The last quarter of the connections is for kinds that hold none. All slow kinds together may hold one half, or one each:
   * most connections can be taken before it is known that a kind is slow, but not for a second time.
   */
  admits(kind: string): boolean {
    if (this.count((other) => other === kind) === 0) return true;
    if (this.holds.size >= this.freelyTaken) return false;
    const slow = this.slowKinds();
    return !slow.has(kind) || this.count((other) => slow.has(other)) < this.mostOfSlowKinds;
  }

  isSlow(kind: string): boolean {
    return this.slowKinds().has(kind);
  }

  take(kind: string): Hold {
    const hold = { kind, since: performance.now() };
    this.holds.add(hold);
    return hold;
  }

  /** A kind is no longer slow when one of its works has been fast. */
  release(hold: Hold): void {
    this.holds.delete(hold);
    if (wasSlow(hold)) this.slowBefore.add(hold.kind);
    else this.slowBefore.delete(hold.kind);
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

  private slowKinds(): Set<string> {
    const slow = new Set(this.slowBefore);
    for (const hold of this.holds) if (wasSlow(hold)) slow.add(hold.kind);
    return slow;
  }
}

const heldMs = ({ since }: Hold): number => performance.now() - since;

const wasSlow = (hold: Hold): boolean => heldMs(hold) >= SLOW_MS;
