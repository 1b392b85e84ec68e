/** The owners of a zone's remote characters: the node that plays each, and when it last reported the character. */

/** The owner is unknown for now: the character was handed over by this node, or it is known from the store alone. */
export const UNKNOWN_NODE = '';
/** As long as the lease of a node that sends nothing. */
const OWNER_TIMEOUT_MS = 11_000;
/** For so long the store may still list a character that has left. */
const DEPARTURE_RETENTION_MS = 3_000;

interface RemoteOwner {
  node: string;
  lastSeenAt: number;
}

export class RemoteOwners {
  private readonly owners = new Map<string, RemoteOwner>();
  private readonly departedAt = new Map<string, number>();

  markSeen(id: string, node: string, nowMs: number): void {
    this.departedAt.delete(id);
    this.owners.set(id, { node, lastSeenAt: nowMs });
  }

  /** Whether a departure reported by this node is valid: no other node has taken the character over since. */
  isOwnedBy(id: string, node: string): boolean {
    const owner = this.owners.get(id)?.node;
    return owner !== undefined && (owner === node || owner === UNKNOWN_NODE || node === UNKNOWN_NODE);
  }

  /** The character is played on this node from now on. */
  remove(id: string): void {
    this.owners.delete(id);
  }

  /** Records that the character has left the zone: overrides the store for DEPARTURE_RETENTION_MS. */
  markDeparted(id: string, nowMs: number): void {
    this.owners.delete(id);
    this.removeOldDepartures(nowMs);
    // Reinserted at the end: the map stays ordered by time of departure.
    this.departedAt.delete(id);
    this.departedAt.set(id, nowMs);
  }

  get departureCount(): number {
    return this.departedAt.size;
  }

  hasRecentlyDeparted(id: string): boolean {
    return this.departedAt.has(id);
  }

  /** Removes and returns the ids without a recent report. No timeout starts before `since`, when Redis last came up. */
  takeExpired(nowMs: number, since: number): string[] {
    this.removeOldDepartures(nowMs);
    const expired = [...this.owners].filter(
      ([, { lastSeenAt }]) => nowMs - Math.max(lastSeenAt, since) > OWNER_TIMEOUT_MS,
    );
    for (const [id] of expired) this.owners.delete(id);
    return expired.map(([id]) => id);
  }

  // Also runs at each departure: while Redis is down, `takeExpired` is not called.
  private removeOldDepartures(nowMs: number): void {
    for (const [id, departedAt] of this.departedAt) {
      if (nowMs - departedAt <= DEPARTURE_RETENTION_MS) return;
      this.departedAt.delete(id);
    }
  }
}
