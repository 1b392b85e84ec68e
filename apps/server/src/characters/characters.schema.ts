/** Table of the characters, and the sequence of their stays in the world. */
import { CHARACTER_CLASSES } from '@aeturnis/contracts';
import {
  bigint,
  doublePrecision,
  index,
  integer,
  pgSequence,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

/** Numbers the stays of characters in the world, on all nodes: a later stay has a higher number. */
export const characterStays = pgSequence('character_stays');

export const characters = pgTable(
  'characters',
  {
    id: uuid('id').primaryKey(),
    accountId: uuid('account_id').notNull(),
    name: text('name').notNull(),
    /** Two names with one key are the same name. */
    nameKey: text('name_key').notNull().unique('characters_name_key'),
    /** Two names with one skeleton look alike. Null until it is computed for names older than this rule. */
    nameSkeleton: text('name_skeleton').unique('characters_name_skeleton'),
    class: text('class', { enum: CHARACTER_CLASSES }).notNull(),
    level: integer('level').notNull().default(1),
    experience: bigint('experience', { mode: 'number' }).notNull().default(0),
    health: integer('health').notNull(),
    maxHealth: integer('max_health').notNull(),
    attack: integer('attack').notNull(),
    defense: integer('defense').notNull(),
    zone: text('zone').notNull(),
    x: doublePrecision('x').notNull(),
    y: doublePrecision('y').notNull(),
    /** Radians. */
    facing: doublePrecision('facing').notNull(),
    /** Time up to which the character has used its movement budget; null before its first stay in the world. */
    walkedUntil: timestamp('walked_until', { withTimezone: true, precision: 3 }),
    /** The version of the position: the stay in which it was reached, and the number of position changes in that stay. */
    placeStay: bigint('place_stay', { mode: 'number' }).notNull().default(0),
    placeStep: bigint('place_step', { mode: 'number' }).notNull().default(0),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('characters_account').on(table.accountId, table.createdAt)],
);
