/** Stores blocks between users. */
import { Injectable } from '@nestjs/common';
import { Database, type Placeholders, cachedQuery } from '@aeturnis/platform';
import { and, asc, eq, or, sql } from 'drizzle-orm';
import { blocks } from './blocks.schema';

export interface StoredBlock {
  readonly blockerId: string;
  readonly blockedId: string;
  readonly createdAt: Date;
}

const { blockerId, blockedId, createdAt } = blocks;

@Injectable()
export class BlocksRepository {
  constructor(private readonly database: Database) {}

  /** Locks the blocks of this blocker against concurrent inserts until the transaction ends. */
  async lockBlocker(blocker: string): Promise<void> {
    await this.database.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`blocks:${blocker}`}, 0))`);
  }

  /**
   * Call it in a transaction after `lockBlocker`, when no such block exists. A node of an older release does not take the
   * lock: if it inserts the same block concurrently, that block is returned.
   * @throws the foreign key violation if one of the accounts has been deleted.
   */
  async insert(blocker: string, blocked: string): Promise<StoredBlock> {
    const [row] = await this.database.db
      .insert(blocks)
      .values({ blockerId: blocker, blockedId: blocked })
      .onConflictDoUpdate({ target: [blockerId, blockedId], set: { blockerId: blocker } })
      .returning();
    if (!row) throw new Error('insert into blocks returned no row');
    return row;
  }

  async remove(blocker: string, blocked: string): Promise<void> {
    await this.database.db.delete(blocks).where(and(eq(blockerId, blocker), eq(blockedId, blocked)));
  }

  async find(blocker: string, blocked: string): Promise<StoredBlock | null> {
    const [row] = await this.database.db
      .select()
      .from(blocks)
      .where(and(eq(blockerId, blocker), eq(blockedId, blocked)));
    return row ?? null;
  }

  /** The blocks that a user has made, the oldest first. */
  async findByBlocker(blocker: string): Promise<StoredBlock[]> {
    return this.database.db.select().from(blocks).where(eq(blockerId, blocker)).orderBy(asc(createdAt), asc(blockedId));
  }

  async countByBlocker(blocker: string): Promise<number> {
    return this.database.db.$count(blocks, eq(blockerId, blocker));
  }

  /** The blocks in which the user is blocker or blocked. */
  async findInvolving(userId: string): Promise<StoredBlock[]> {
    return SELECT_INVOLVING(this.database.db, { userId });
  }

  /** As `findInvolving`, for several users. */
  async findInvolvingEach(userIds: readonly string[]): Promise<StoredBlock[]> {
    return SELECT_INVOLVING_EACH(this.database.db, { userIds });
  }
}

const SELECT_INVOLVING_EACH = cachedQuery((db, { userIds }: Placeholders<{ userIds: readonly string[] }>) =>
  db
    .select()
    .from(blocks)
    .where(sql`${blockerId} = any(${userIds})`)
    .union(
      db
        .select()
        .from(blocks)
        .where(sql`${blockedId} = any(${userIds})`),
    ),
);

const SELECT_INVOLVING = cachedQuery((db, { userId }: Placeholders<{ userId: string }>) =>
  db
    .select()
    .from(blocks)
    .where(or(eq(blockerId, userId), eq(blockedId, userId))),
);
