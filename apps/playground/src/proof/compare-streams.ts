/** Compares what this browser has received with what the server has stored. */

export interface StoredLine {
  /** Its number in the stream, in the order of the server. */
  readonly position: number;
  /** The part of the stream in which the server keeps the order: a conversation as a whole, in a channel each author. */
  readonly lane: string;
}

export interface Comparison {
  /** Of the stored lines, each counted once. */
  readonly received: number;
  readonly stored: number;
  /** Stored, and not received. */
  readonly missed: number;
  /** Received more often than once. */
  readonly doubled: number;
  /** Received before a line that was stored earlier. */
  readonly outOfOrder: number;
}

/** @param received positions in the order of their arrival; those that are not stored do not count. */
export function compareStreams(received: readonly number[], stored: readonly StoredLine[]): Comparison {
  const lanes = new Map(stored.map(({ position, lane }) => [position, lane]));
  const seen = new Set<number>();
  const latestInLane = new Map<string, number>();
  let doubled = 0;
  let outOfOrder = 0;
  for (const position of received) {
    const lane = lanes.get(position);
    if (lane === undefined) continue;
    const latest = latestInLane.get(lane) ?? 0;
    if (seen.has(position)) doubled += 1;
    else if (position < latest) outOfOrder += 1;
    seen.add(position);
    latestInLane.set(lane, Math.max(latest, position));
  }
  return { received: seen.size, stored: lanes.size, missed: lanes.size - seen.size, doubled, outOfOrder };
}

/** @param sign -1 subtracts the other. */
export function sumOf(one: Comparison, other: Comparison, sign = 1): Comparison {
  return {
    received: one.received + sign * other.received,
    stored: one.stored + sign * other.stored,
    missed: one.missed + sign * other.missed,
    doubled: one.doubled + sign * other.doubled,
    outOfOrder: one.outOfOrder + sign * other.outOfOrder,
  };
}
