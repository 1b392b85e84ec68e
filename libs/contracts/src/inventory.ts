/** What characters own: the list that their player reads, and the event of its changes. */
import { event, typeToken } from './contract';

/** An item that a character owns. */
export interface InventoryItemView {
  /** An id of the rule data, such as `healing_potion`. */
  itemId: string;
  name: string;
  count: number;
  /** Whether it can be used in fights; the others are loot. */
  usable: boolean;
}

export interface InventoryView {
  characterId: string;
  /** In the order of the rule data, without items that the character does not own. */
  items: InventoryItemView[];
}

export interface InventoryChanges {
  characterId: string;
  /** The changed items with their new counts; 0 if the character owns none any more. */
  items: { itemId: string; count: number }[];
}

export const inventoryEvents = [
  /**
   * Sent to all connections of the owner after a change. Counts are totals, not differences: applying the event twice does no
   * harm. Changes within milliseconds on different nodes may be announced in either order.
   */
  event('inventory:updated', 'recoverable', typeToken<InventoryChanges>()),
] as const;
