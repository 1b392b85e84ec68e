/** Stores the items of characters in PostgreSQL. */
import { Injectable } from '@nestjs/common';
import { isItemId, type ItemId } from '@aeturnis/combat-rules';
import { cachedQuery, Database, placeholder, type Placeholders, preparedStatement } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { inventoryItems } from './inventory.schema';
import { type ItemCounts, MAX_ITEM_COUNT } from './item-counts';

export interface ChangedItem {
  readonly itemId: ItemId;
  readonly before: number;
  /** Negative if more was to be removed than the character owns. */
  readonly after: number;
}

@Injectable()
export class InventoryRepository {
  constructor(private readonly database: Database) {}

  /** Serialises changes to the items of this character until the transaction ends. */
  async lock(characterId: string): Promise<void> {
    await this.database.db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`inventory:${characterId}`}, 0))`,
    );
  }

  /** Items by character, without characters that own none. */
  async find(characterIds: readonly string[]): Promise<Map<string, ItemCounts>> {
    const found = new Map<string, ItemCounts>();
    for (const { characterId, itemId, count } of await OF_CHARACTERS(this.database.db, { characterIds })) {
      if (isItemId(itemId)) found.set(characterId, { ...found.get(characterId), [itemId]: count });
    }
    return found;
  }

  /**
   * Adds the amounts, which may be negative, up to MAX_ITEM_COUNT. Call it in a transaction after `lock`, and roll that back
   * if a result is negative. @returns all given items, also those whose count is the same as before.
   */
  apply(characterId: string, changes: readonly (readonly [ItemId, number])[]): Promise<ChangedItem[]> {
    const [itemIds, amounts] = [changes.map(([id]) => id), changes.map(([, amount]) => amount)];
    return APPLY(this.database.db, { characterId, itemIds, amounts });
  }
}

const OF_CHARACTERS = cachedQuery((db, { characterIds }: Placeholders<{ characterIds: readonly string[] }>) =>
  db
    .select()
    .from(inventoryItems)
    .where(sql`${inventoryItems.characterId} = any(${characterIds})`),
);

interface AppliedChange extends Record<string, unknown> {
  characterId: string;
  itemIds: readonly ItemId[];
  amounts: readonly number[];
}

const CHARACTER = placeholder('characterId', 'uuid');

// A count below 0 is returned as -1 and not stored: the constraint of the table would refuse it without saying which item.
const APPLY = preparedStatement<AppliedChange, ChangedItem>(
  'inventory_apply',
  sql`with counted as (
    select item_id, coalesce(count, 0) as old_count,
      greatest(-1, least(${sql.raw(String(MAX_ITEM_COUNT))}, coalesce(count, 0) + amount))::int as new_count
    from unnest(${placeholder('itemIds', 'text[]')}, ${placeholder('amounts', 'bigint[]')}) as given (item_id, amount)
    left join (select item_id, count from inventory_items where character_id = ${CHARACTER}) as owned using (item_id)
  ), removed as (
    delete from inventory_items as owned using counted
    where owned.character_id = ${CHARACTER} and owned.item_id = counted.item_id and new_count = 0
  ), stored as (
    insert into inventory_items (character_id, item_id, count)
    select ${CHARACTER}, item_id, new_count from counted where new_count > 0 and new_count <> old_count order by item_id
    on conflict (character_id, item_id) do update set count = excluded.count
  )
  select item_id as "itemId", old_count as before, new_count as after from counted`,
);
