/** What characters own: the list that their player reads, and the event of its changes. */
import { event, typeToken } from './contract';
import type { Uuid } from './wire-formats';

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
  characterId: Uuid;
  /** In the order of the rule data, without items that the character does not own. */
  items: InventoryItemView[];
}

export interface InventoryChanges {
  characterId: Uuid;
  /** The changed items with their new counts; 0 if the character owns none any more. */
  items: { itemId: string; count: number }[];
}

export const inventoryEvents = [
  /**
   * The counts of items have changed. They are totals, not differences: applying the event twice does no harm. Changes within
   * milliseconds on different nodes may be announced in either order.
   * @example {"characterId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "items": [{"itemId": "healing_potion", "count": 1}]}
   * @receivers All connections of the owner.
   */
  event('inventory:updated', 'recoverable', typeToken<InventoryChanges>()),
] as const;
