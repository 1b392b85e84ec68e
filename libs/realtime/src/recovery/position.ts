/** Places in the journal, and the offsets by which clients name them. */

/** How far a journal has come: its life (it gets another name when it has lost anything), and its count of entries. */
export interface Position {
  readonly epoch: string;
  readonly n: number;
}

const OFFSET = /^([0-9a-f]{16})-([0-9a-z]{1,10})$/;

export function offsetOf({ epoch, n }: Position): string {
  return `${epoch}-${n.toString(36)}`;
}

/** Null for what no journal of ours has ever said. */
export function parseOffset(offset: string): Position | null {
  const [, epoch, n] = OFFSET.exec(offset) ?? [];
  return epoch === undefined || n === undefined ? null : { epoch, n: Number.parseInt(n, 36) };
}
