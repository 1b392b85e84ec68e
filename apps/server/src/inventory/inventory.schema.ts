/** The table of the items that characters own. */
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { characters } from '../characters/characters.schema';

export const inventoryItems = pgTable(
  'inventory_items',
  {
    characterId: uuid('character_id')
      .notNull()
      .references(() => characters.id, { onDelete: 'cascade' }),
    /** An id of the rule data. Rows of items that later rules no longer have are ignored. */
    itemId: text('item_id').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.characterId, table.itemId] }),
    check('inventory_items_count', sql`${table.count} > 0`),
  ],
);
