/** A page of rows, read with one row more than its limit, which shows whether another page follows. */

/** @returns the rows, and what the answer has in addition: the cursor of the next page, or nothing on the last one. */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { rows: Row[]; next: { next?: string } } {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last !== undefined ? { next: cursorOf(last) } : {} };
}
