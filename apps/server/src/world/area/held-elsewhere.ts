/** The characters of a zone that other nodes play: which node, and when it was last heard that they are there. */

/** Nobody is known to have it, for now: a node has let go of it, or it is known from the store alone. */
export const UNKNOWN_NODE = '';
/** As long as the lease of a node that says nothing. */
const SILENT_MS = 11_000;
/** For so long the store may still say what is over. */
const STALE_MS = 3_000;

interface Holding {
  node: string;
  heardAt: number;
}

export class HeldElsewhere {
  private readonly holdings = new Map<string, Holding>();
  private readonly goneAt = new Map<string, number>();

  heard(id: string, node: string, nowMs: number): void {
    this.goneAt.delete(id);
    this.holdings.set(id, { node, heardAt: nowMs });
  }

  /** True where the word of this node that it is gone counts: nobody else has it by now. */
  isFor(id: string, node: string): boolean {
    const holder = this.holdings.get(id)?.node;
    return holder !== undefined && (holder === node || holder === UNKNOWN_NODE || node === UNKNOWN_NODE);
  }

  /** It is nowhere, or here. */
  forget(id: string): void {
    this.holdings.delete(id);
  }

  /** It has left the zone a moment ago, whatever the store says. */
  left(id: string, nowMs: number): void {
    this.holdings.delete(id);
    this.forgetOver(nowMs);
    // To the end: the first is the one that left the longest ago.
    this.goneAt.delete(id);
    this.goneAt.set(id, nowMs);
  }

  /** How many have left a moment ago. */
  get departures(): number {
    return this.goneAt.size;
  }

  hasJustLeft(id: string): boolean {
    return this.goneAt.has(id);
  }

  /** Takes out those of whom nothing has been heard for too long, though it could have been `since` then. */
  takeSilent(nowMs: number, since: number): string[] {
    this.forgetOver(nowMs);
    const silent = [...this.holdings].filter(([, { heardAt }]) => nowMs - Math.max(heardAt, since) > SILENT_MS);
    for (const [id] of silent) this.holdings.delete(id);
    return silent.map(([id]) => id);
  }

  // With each departure as well: while the store is away nobody takes out those who are silent.
  private forgetOver(nowMs: number): void {
    for (const [id, goneAt] of this.goneAt) {
      if (nowMs - goneAt <= STALE_MS) return;
      this.goneAt.delete(id);
    }
  }
}
