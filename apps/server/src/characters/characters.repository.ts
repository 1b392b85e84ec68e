/** Stores characters and their positions in PostgreSQL. */
import { Injectable } from '@nestjs/common';
import { nameKey, nameSkeleton } from '@aeturnis/contracts';
import { Database, type Placeholders, cachedQuery, preparedStatement } from '@aeturnis/platform';
import { and, asc, count, desc, eq, inArray, isNotNull, or, sql } from 'drizzle-orm';
import type {
  Character,
  CharacterWithPosition,
  CharacterPosition,
  CharacterProgress,
  VersionedPosition,
} from './character';
import { characters, characterStays } from './characters.schema';

@Injectable()
export class CharactersRepository {
  constructor(private readonly database: Database) {}

  /** Serialises changes to the characters of this account until the transaction ends. */
  async lockAccount(accountId: string): Promise<void> {
    await this.database.db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(${`characters:${accountId}`}, 0))`,
    );
  }

  async countByAccount(accountId: string): Promise<number> {
    const [row] = await this.database.db
      .select({ count: count() })
      .from(characters)
      .where(eq(characters.accountId, accountId));
    return row?.count ?? 0;
  }

  /** @throws the unique violation of `characters_name_key` or `characters_name_skeleton`. */
  async insert({ stats, ...character }: Character, { zone, x, y, facing }: CharacterPosition): Promise<void> {
    const keys = { nameKey: nameKey(character.name), nameSkeleton: nameSkeleton(character.name) };
    await this.database.db.insert(characters).values({ ...character, ...stats, ...keys, zone, x, y, facing });
  }

  async findById(id: string): Promise<CharacterWithPosition | null> {
    const [row] = await BY_ID(this.database.db, { id });
    return row ? toCharacterWithPosition(row) : null;
  }

  /** Locks the row until the transaction ends. */
  async lock(id: string): Promise<Character | null> {
    const [row] = await this.database.db.select().from(characters).where(eq(characters.id, id)).for('no key update');
    return row ? toCharacterWithPosition(row).character : null;
  }

  /** The owner of the character, which is not removed until the transaction ends. Does not wait for other changes to it. */
  async lockOwner(id: string): Promise<string | null> {
    const { accountId } = characters;
    const [row] = await this.database.db
      .select({ accountId })
      .from(characters)
      .where(eq(characters.id, id))
      .for('key share');
    return row?.accountId ?? null;
  }

  /** In the order of the ids, so that no two transactions wait for each other. */
  async lockExisting(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.db
      .select({ id: characters.id })
      .from(characters)
      .where(inArray(characters.id, [...ids]))
      .orderBy(asc(characters.id))
      .for('no key update');
    return new Set(rows.map(({ id }) => id));
  }

  async saveProgress({ id, level, experience, stats }: CharacterProgress): Promise<void> {
    await this.database.db
      .update(characters)
      .set({ level, experience, ...stats })
      .where(eq(characters.id, id));
  }

  async findByName(name: string): Promise<CharacterWithPosition | null> {
    const [row] = await this.database.db
      .select()
      .from(characters)
      .where(eq(characters.nameKey, nameKey(name)));
    return row ? toCharacterWithPosition(row) : null;
  }

  /** Whether another account owns a character with this name, or one that looks like it. */
  async isNameOwnedByOther(name: string, accountId: string | null): Promise<boolean> {
    const { accountId: owner, nameKey: key, nameSkeleton: skeleton } = characters;
    const rows = await this.database.db
      .select({ owner })
      .from(characters)
      .where(or(eq(key, nameKey(name)), eq(skeleton, nameSkeleton(name))));
    return rows.some((row) => row.owner !== accountId);
  }

  /** Account ids of the owners of characters with these names, by `nameKey`. */
  async findOwnersByNameKey(names: readonly string[]): Promise<Map<string, string>> {
    const { nameKey: key, accountId } = characters;
    const rows = await this.database.db
      .select({ key, accountId })
      .from(characters)
      .where(inArray(key, [...new Set(names.map(nameKey))]));
    return new Map(rows.map((row) => [row.key, row.accountId]));
  }

  /** Account ids by character id, without characters that do not exist. */
  async findOwnersById(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const { id, accountId } = characters;
    const rows = await this.database.db
      .select({ id, accountId })
      .from(characters)
      .where(inArray(id, [...new Set(ids)]));
    return new Map(rows.map((row) => [row.id, row.accountId]));
  }

  /** Oldest first. */
  async listByAccount(accountId: string): Promise<CharacterWithPosition[]> {
    const rows = await OF_ACCOUNT(this.database.db, { accountId });
    return rows.map(toCharacterWithPosition);
  }

  /** The zone of the account's character that was in the world last. */
  async findLastZone(accountId: string): Promise<string | null> {
    const [row] = await LAST_ZONE(this.database.db, { accountId });
    return row?.zone ?? null;
  }

  /** @returns false if the account has no such character. */
  async remove(accountId: string, id: string): Promise<boolean> {
    const owned = and(eq(characters.id, id), eq(characters.accountId, accountId));
    return (await this.database.db.delete(characters).where(owned).returning({ id: characters.id })).length > 0;
  }

  /** @returns the ids of the removed characters. */
  async removeAll(accountId: string): Promise<string[]> {
    const { db } = this.database;
    const rows = await db
      .delete(characters)
      .where(eq(characters.accountId, accountId))
      .returning({ id: characters.id });
    return rows.map(({ id }) => id);
  }

  /** Returns the number of a new stay, higher than the number of every earlier stay on any node. */
  async nextStay(): Promise<number> {
    const [row] = await NEXT_STAY(this.database.db, {});
    if (!row) throw new Error('nextval of character_stays returned no row');
    return Number(row.stay);
  }

  /** Saves all positions in one statement. Ignores positions older than the stored one, and characters that do not exist. */
  async savePositions(positions: ReadonlyMap<string, VersionedPosition>): Promise<void> {
    if (positions.size === 0) return;
    const all = [...positions.values()];
    await SAVE_POSITIONS(this.database.db, {
      ids: [...positions.keys()],
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

const NEXT_STAY = preparedStatement<Record<string, never>, { stay: string }>(
  'character_next_stay',
  sql`select nextval(${sql.raw(`'${characterStays.seqName}'`)}) as stay`,
);

const BY_ID = cachedQuery((db, { id }: Placeholders<{ id: string }>) =>
  db.select().from(characters).where(eq(characters.id, id)),
);

const OF_ACCOUNT = cachedQuery((db, { accountId }: Placeholders<{ accountId: string }>) =>
  db
    .select()
    .from(characters)
    .where(eq(characters.accountId, accountId))
    .orderBy(asc(characters.createdAt), asc(characters.id)),
);

const LAST_ZONE = cachedQuery((db, { accountId }: Placeholders<{ accountId: string }>) =>
  db
    .select({ zone: characters.zone })
    .from(characters)
    .where(and(eq(characters.accountId, accountId), isNotNull(characters.walkedUntil)))
    .orderBy(desc(characters.placeStay), desc(characters.walkedUntil))
    .limit(1),
);

interface PositionColumns extends Record<'xs' | 'ys' | 'facings' | 'times' | 'stays' | 'steps', number[]> {
  ids: string[];
  zones: string[];
}

const SAVE_POSITIONS = cachedQuery((db, given: Placeholders<PositionColumns>) => {
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
  const rows = sql`(
    select id, zone, x, y, facing, to_timestamp(walked_until / 1000) as walked_until, stay, step
    from unnest(${given.ids}::uuid[], ${given.zones}::text[], ${given.xs}::float8[], ${given.ys}::float8[],
      ${given.facings}::float8[], ${given.times}::float8[], ${given.stays}::bigint[], ${given.steps}::bigint[])
      as t(id, zone, x, y, facing, walked_until, stay, step)
  ) p`;
  // `<=`: equal versions are the same position, so that a repeated statement has the same result.
  return db
    .update(characters)
    .set(set)
    .from(rows)
    .where(sql`${id} = p.id and (${placeStay}, ${placeStep}) <= (p.stay, p.step)`);
});

function toCharacterWithPosition(row: typeof characters.$inferSelect): CharacterWithPosition {
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
    position: { zone, x, y, facing, walkedUntil: walkedUntil?.getTime() ?? 0 },
  };
}
