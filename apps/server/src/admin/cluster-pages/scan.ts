/** Visits many items without blocking the event loop: every thousand items, other work may run. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const ITEMS_PER_TURN = 1_000;

/** The collection may change in between: an item that is added and removed again may be visited twice, or not at all. */
export async function scan<Item>(items: Iterable<Item>, visit: (item: Item) => void): Promise<void> {
  let visited = 0;
  for (const item of items) {
    if (visited > 0 && visited % ITEMS_PER_TURN === 0) await nextTurn();
    visited++;
    visit(item);
  }
}
