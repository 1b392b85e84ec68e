/** Compares what this browser has received with what the server has stored. */

export interface StoredLine {
  readonly id: string;
  /** The part of the stream in which the server keeps the order: a conversation as a whole, in a channel each author. */
  readonly lane: string;
}

export interface Comparison {
  /** Stored, and not received. */
  readonly missed: number;
  /** Received more often than once. */
  readonly doubled: number;
  /** Received before a line that was stored earlier. */
  readonly outOfOrder: number;
}

/** @param received ids in the order of their arrival. @param stored in the order of the server. */
export function compareStreams(received: readonly string[], stored: readonly StoredLine[]): Comparison {
  const counts = new Map<string, number>();
  for (const id of received) counts.set(id, (counts.get(id) ?? 0) + 1);
  const positions = new Map(stored.map(({ id, lane }, position) => [id, { position, lane }]));
  const latestInLane = new Map<string, number>();
  let outOfOrder = 0;
  for (const id of new Set(received)) {
    const found = positions.get(id);
    if (!found) continue;
    const latest = latestInLane.get(found.lane) ?? -1;
    if (found.position < latest) outOfOrder += 1;
    latestInLane.set(found.lane, Math.max(latest, found.position));
  }
  return {
    missed: stored.filter(({ id }) => !counts.has(id)).length,
    doubled: [...counts.values()].reduce((sum, count) => sum + count - 1, 0),
    outOfOrder,
  };
}
