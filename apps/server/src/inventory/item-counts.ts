/** Counts of items, the bound of a count, and the order in which items are listed. */
import { isItemId, type ItemId, ITEMS } from '@aeturnis/combat-rules';

/** The most that a character owns of one item. What goes beyond it is lost. */
export const MAX_ITEM_COUNT = 9_999;

/** Counts by item, without items that the character does not own. */
export type ItemCounts = Partial<Record<ItemId, number>>;

/** The order of the rule data. */
const ITEM_IDS = Object.keys(ITEMS) as ItemId[];

export const isUsableItem = (id: ItemId): boolean => 'use' in ITEMS[id];

/** @returns the counts in the order of the rule data. */
export function inRuleOrder(counts: ItemCounts): [ItemId, number][] {
  return ITEM_IDS.flatMap((id) => {
    const count = counts[id];
    return count === undefined ? [] : [[id, count]];
  });
}

/** @returns the amounts other than 0. @throws RangeError for an unknown item, and for an amount that is not a whole number. */
export function checkedChanges(changes: ItemCounts): [ItemId, number][] {
  return Object.entries(changes).flatMap(([id, amount]) => {
    if (!isItemId(id)) throw new RangeError(`the rule data has no item ${id}; use an id of ITEMS`);
    if (!Number.isSafeInteger(amount))
      throw new RangeError(`the change of ${id} must be a whole number, not ${amount}`);
    return amount === 0 ? [] : [[id, amount]];
  });
}
