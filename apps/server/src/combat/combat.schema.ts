/** The tables of fights. A fight is one versioned row, changed under its lock; its entries and inputs are its log. */
import type { FightInput, FightSetup, FightState, PrivateEntry, PublicEntry } from '@aeturnis/combat-rules';
import type { CombatMode, SpectatorPolicy } from '@aeturnis/contracts';
import { sql } from 'drizzle-orm';
import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { FightPlayer, PlayerClocks } from './fights/fight';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const fightId = () =>
  uuid('fight_id')
    .notNull()
    .references(() => fights.id, { onDelete: 'cascade' });

export const fights = pgTable(
  'fights',
  {
    id: uuid('id').primaryKey(),
    mode: text('mode').$type<CombatMode>().notNull(),
    phase: text('phase').$type<'invited' | 'active' | 'ended'>().notNull(),
    /** The user who started it, or challenged. */
    createdBy: uuid('created_by').notNull(),
    spectators: text('spectators').$type<SpectatorPolicy>().notNull(),
    delayTurns: integer('delay_turns').notNull(),
    /** Where a fight against monsters takes place; null for a duel. */
    zone: text('zone'),
    x: doublePrecision('x'),
    y: doublePrecision('y'),
    rulesVersion: integer('rules_version').notNull(),
    dataHash: text('data_hash').notNull(),
    /** Never sent or logged before the end. */
    serverSeed: text('server_seed').notNull(),
    commitment: text('commitment').notNull(),
    clientSeeds: jsonb('client_seeds').$type<Record<string, string>>().notNull(),
    players: jsonb('players').$type<readonly FightPlayer[]>().notNull(),
    /** Without the bags of players; null before the fight begins. */
    setup: jsonb('setup').$type<FightSetup>(),
    state: jsonb('state').$type<FightState>(),
    /** Of each player, by participant. */
    clocks: jsonb('clocks').$type<Readonly<Record<string, PlayerClocks>>>().notNull(),
    /** The sequence number of the last entry, and of the last one that all nodes have received. */
    seq: integer('seq').notNull().default(0),
    published: integer('published').notNull().default(0),
    /** When the player whose turn it is loses the turn, as announced. */
    deadline: moment('deadline'),
    /** When the sweep looks at the fight: after the deadline with its grace, or when a time of absence is used up. */
    dueAt: moment('due_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('fights_due')
      .on(table.dueAt)
      .where(sql`${table.dueAt} is not null`),
    index('fights_unpublished')
      .on(table.updatedAt)
      .where(sql`${table.published} < ${table.seq}`),
    index('fights_ended')
      .on(table.endedAt)
      .where(sql`${table.endedAt} is not null`),
    index('fights_active')
      .on(table.createdAt, table.id)
      .where(sql`${table.phase} = 'active'`),
    uniqueIndex('fights_challenge')
      .on(table.createdBy)
      .where(sql`${table.phase} = 'invited'`),
  ],
);

export const fightPlayers = pgTable(
  'fight_players',
  {
    fightId: fightId(),
    userId: uuid('user_id').notNull(),
    characterId: uuid('character_id').notNull(),
    /** `done`: the player has left the fight, or the fight has ended. */
    role: text('role').$type<'invited' | 'fighting' | 'done'>().notNull(),
    /** The character was defeated by monsters, and has not been moved to the spawn point yet. */
    mustRespawn: integer('must_respawn').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.fightId, table.userId] }),
    uniqueIndex('fight_players_fighting')
      .on(table.userId)
      .where(sql`${table.role} = 'fighting'`),
    index('fight_players_invited')
      .on(table.userId)
      .where(sql`${table.role} = 'invited'`),
    index('fight_players_character')
      .on(table.characterId)
      .where(sql`${table.role} <> 'done' or ${table.mustRespawn} > 0`),
    index('fight_players_user').on(table.userId, table.fightId),
  ],
);

/** Monsters that fight, and defeated ones until they return. */
export const fightMonsters = pgTable(
  'fight_monsters',
  {
    monsterId: text('monster_id').primaryKey(),
    fightId: fightId(),
    /** Null while it fights. */
    returnsAt: moment('returns_at'),
  },
  (table) => [index('fight_monsters_fight').on(table.fightId)],
);

export const fightEntries = pgTable(
  'fight_entries',
  {
    fightId: fightId(),
    seq: integer('seq').notNull(),
    turn: integer('turn').notNull(),
    public: jsonb('public').$type<PublicEntry>().notNull(),
    /** By participant. */
    private: jsonb('private').$type<Readonly<Record<string, PrivateEntry>>>(),
  },
  (table) => [primaryKey({ columns: [table.fightId, table.seq] })],
);

/** What moved a fight on, and the entries it led to. Number 0 is the begin, without an input. */
export const fightInputs = pgTable(
  'fight_inputs',
  {
    fightId: fightId(),
    number: integer('number').notNull(),
    /** The user who sent it, with the dedup key of the client; null for inputs of the server. */
    userId: uuid('user_id'),
    actionId: uuid('action_id'),
    input: jsonb('input').$type<FightInput>(),
    /** The turn in which it was accepted. */
    turn: integer('turn').notNull(),
    firstSeq: integer('first_seq').notNull(),
    lastSeq: integer('last_seq').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.fightId, table.number] }),
    uniqueIndex('fight_inputs_action')
      .on(table.fightId, table.userId, table.actionId)
      .where(sql`${table.actionId} is not null`),
    index('fight_inputs_entries').on(table.fightId, table.firstSeq),
  ],
);

/** How many server seeds a user has drawn: the next one follows from it and the secret of all fights. */
export const fightSeeds = pgTable('fight_seeds', {
  userId: uuid('user_id').primaryKey(),
  drawn: bigint('drawn', { mode: 'number' }).notNull(),
});

/** One row: the secret that all server seeds are derived from, and the last time that a node has looked at the deadlines. */
export const combatState = pgTable('combat_state', {
  id: integer('id').primaryKey(),
  secret: text('secret').notNull(),
  sweptAt: moment('swept_at').notNull(),
});
