/** Keeps characters. */
import { Injectable } from '@nestjs/common';
import { nameKey, nameSkeleton } from '@aeturnis/contracts';
import { Database, type Placeholders, prepared, statement } from '@aeturnis/platform';
import { and, asc, count, desc, eq, inArray, isNotNull, or, sql } from 'drizzle-orm';
import type { Character, PlacedCharacter, Place, Progress, VersionedPlace } from './character';
import { characters, characterStays } from './characters.schema';

@Injectable()
export class CharactersRepository {
  constructor(private readonly database: Database) {}

  /** Until the transaction ends nobody else adds to or takes from the characters of this account. */
  async lockAccount(accountId: string): Promise<void> {
    await this.database.db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`characters:${accountId}`}, 0))`,
    );
  }

  async countOf(accountId: string): Promise<number> {
    const [row] = await this.database.db
      .select({ count: count() })
      .from(characters)
      .where(eq(characters.accountId, accountId));
    return row?.count ?? 0;
  }

  /** @throws the unique violation of `characters_name_key` or `characters_name_skeleton`. */
  async insert({ stats, ...character }: Character, { zone, x, y, facing }: Place): Promise<void> {
    const keys = { nameKey: nameKey(character.name), nameSkeleton: nameSkeleton(character.name) };
    await this.database.db.insert(characters).values({ ...character, ...stats, ...keys, zone, x, y, facing });
  }

  async byId(id: string): Promise<PlacedCharacter | null> {
    const [row] = await BY_ID(this.database.db, { id });
    return row ? toPlaced(row) : null;
  }

  /** Until the transaction ends nobody else changes it. */
  async lock(id: string): Promise<Character | null> {
    const [row] = await this.database.db.select().from(characters).where(eq(characters.id, id)).for('no key update');
    return row ? toPlaced(row).character : null;
  }

  async saveProgress({ id, level, experience, stats }: Progress): Promise<void> {
    await this.database.db
      .update(characters)
      .set({ level, experience, ...stats })
      .where(eq(characters.id, id));
  }

  async byName(name: string): Promise<PlacedCharacter | null> {
    const [row] = await this.database.db
      .select()
      .from(characters)
      .where(eq(characters.nameKey, nameKey(name)));
    return row ? toPlaced(row) : null;
  }

  /** Whether another account than this one has a character with this name, or one that looks like it. */
  async isNameOfOthers(name: string, accountId: string | null): Promise<boolean> {
    const { accountId: owner, nameKey: key, nameSkeleton: skeleton } = characters;
    const rows = await this.database.db
      .select({ owner })
      .from(characters)
      .where(or(eq(key, nameKey(name)), eq(skeleton, nameSkeleton(name))));
    return rows.some((row) => row.owner !== accountId);
  }

  /** The accounts that own characters with these names, by `nameKey`. */
  async ownersOf(names: readonly string[]): Promise<Map<string, string>> {
    const { nameKey: key, accountId } = characters;
    const rows = await this.database.db
      .select({ key, accountId })
      .from(characters)
      .where(inArray(key, [...new Set(names.map(nameKey))]));
    return new Map(rows.map((row) => [row.key, row.accountId]));
  }

  /** The accounts of those of these characters that exist, by their ids. */
  async ownersById(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const { id, accountId } = characters;
    const rows = await this.database.db
      .select({ id, accountId })
      .from(characters)
      .where(inArray(id, [...new Set(ids)]));
    return new Map(rows.map((row) => [row.id, row.accountId]));
  }

  /** The oldest first. */
  async ofAccount(accountId: string): Promise<PlacedCharacter[]> {
    const rows = await OF_ACCOUNT(this.database.db, { accountId });
    return rows.map(toPlaced);
  }

  /** The zone of the character that was in the world last. */
  async lastZone(accountId: string): Promise<string | null> {
    const [row] = await LAST_ZONE(this.database.db, { accountId });
    return row?.zone ?? null;
  }

  /** False where the account has no such character. */
  async remove(accountId: string, id: string): Promise<boolean> {
    const owned = and(eq(characters.id, id), eq(characters.accountId, accountId));
    return (await this.database.db.delete(characters).where(owned).returning({ id: characters.id })).length > 0;
  }

  /** @returns the ids of what was removed. */
  async removeAll(accountId: string): Promise<string[]> {
    const { db } = this.database;
    const rows = await db
      .delete(characters)
      .where(eq(characters.accountId, accountId))
      .returning({ id: characters.id });
    return rows.map(({ id }) => id);
  }

  /** The number of a stay that begins now: higher than that of every stay that has begun, on any node. */
  async nextStay(): Promise<number> {
    const [row] = await NEXT_STAY(this.database.db, {});
    if (!row) throw new Error('a sequence gave no number');
    return Number(row.stay);
  }

  /** One statement for all. A place older than the one that is kept changes nothing, nor does a character that is gone. */
  async savePlaces(places: ReadonlyMap<string, VersionedPlace>): Promise<void> {
    if (places.size === 0) return;
    const all = [...places.values()];
    await SAVE_PLACES(this.database.db, {
      ids: [...places.keys()],
      zones: all.map(({ zone }) => zone),
      xs: all.map(({ x }) => x),
      ys: all.map(({ y }) => y),
      facings: all.map(({ facing }) => facing),
      times: all.map(({ walkedUntil }) => walkedUntil),
      stays: all.map(({ stay }) => stay),
      steps: all.map(({ step }) => step),
    });
  }
}

const NEXT_STAY = statement<Record<string, never>, { stay: string }>(
  'character_next_stay',
  sql`select nextval(${sql.raw(`'${characterStays.seqName}'`)}) as stay`,
);

const BY_ID = prepared((db, { id }: Placeholders<{ id: string }>) =>
  db.select().from(characters).where(eq(characters.id, id)),
);

const OF_ACCOUNT = prepared((db, { accountId }: Placeholders<{ accountId: string }>) =>
  db
    .select()
    .from(characters)
    .where(eq(characters.accountId, accountId))
    .orderBy(asc(characters.createdAt), asc(characters.id)),
);

const LAST_ZONE = prepared((db, { accountId }: Placeholders<{ accountId: string }>) =>
  db
    .select({ zone: characters.zone })
    .from(characters)
    .where(and(eq(characters.accountId, accountId), isNotNull(characters.walkedUntil)))
    .orderBy(desc(characters.placeStay), desc(characters.walkedUntil))
    .limit(1),
);

interface PlaceColumns extends Record<'xs' | 'ys' | 'facings' | 'times' | 'stays' | 'steps', number[]> {
  ids: string[];
  zones: string[];
}

const SAVE_PLACES = prepared((db, given: Placeholders<PlaceColumns>) => {
  const { id, placeStay, placeStep } = characters;
  const set = {
    zone: sql`p.zone`,
    x: sql`p.x`,
    y: sql`p.y`,
    facing: sql`p.facing`,
    walkedUntil: sql`p.walked_until`,
    placeStay: sql`p.stay`,
    placeStep: sql`p.step`,
  };
  const places = sql`(
    select id, zone, x, y, facing, to_timestamp(walked_until / 1000) as walked_until, stay, step
    from unnest(${given.ids}::uuid[], ${given.zones}::text[], ${given.xs}::float8[], ${given.ys}::float8[],
      ${given.facings}::float8[], ${given.times}::float8[], ${given.stays}::bigint[], ${given.steps}::bigint[])
      as t(id, zone, x, y, facing, walked_until, stay, step)
  ) p`;
  // Equal versions are one place: a statement that is sent again must not fail to set what it has set before.
  return db
    .update(characters)
    .set(set)
    .from(places)
    .where(sql`${id} = p.id and (${placeStay}, ${placeStep}) <= (p.stay, p.step)`);
});

function toPlaced(row: typeof characters.$inferSelect): PlacedCharacter {
  const {
    id,
    accountId,
    name,
    level,
    experience,
    health,
    maxHealth,
    attack,
    defense,
    zone,
    x,
    y,
    facing,
    walkedUntil,
  } = row;
  return {
    character: {
      id,
      accountId,
      name,
      class: row.class,
      level,
      experience,
      stats: { health, maxHealth, attack, defense },
    },
    place: { zone, x, y, facing, walkedUntil: walkedUntil?.getTime() ?? 0 },
  };
}
