/** Keeps who has blocked whom. */
import { Injectable } from '@nestjs/common';
import { Database, type Placeholders, prepared } from '@aeturnis/platform';
import { and, asc, eq, or, sql } from 'drizzle-orm';
import { blocks } from './blocks.schema';

export interface Block {
  readonly blockerId: string;
  readonly blockedId: string;
  readonly createdAt: Date;
}

const { blockerId, blockedId, createdAt } = blocks;

@Injectable()
export class BlocksRepository {
  constructor(private readonly database: Database) {}

  /** Until the transaction ends no other one adds to the blocks that this user has made. */
  async lockBlocker(blocker: string): Promise<void> {
    await this.database.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`blocks:${blocker}`}, 0))`);
  }

  /**
   * Call it in a transaction under `lockBlocker`, where there is no such block. A node of an older release does not take the
   * lock: a block that it makes at the same time is the one that is returned.
   * @throws the foreign key violation where one of both accounts has been deleted.
   */
  async insert(blocker: string, blocked: string): Promise<Block> {
    const [row] = await this.database.db
      .insert(blocks)
      .values({ blockerId: blocker, blockedId: blocked })
      .onConflictDoUpdate({ target: [blockerId, blockedId], set: { blockerId: blocker } })
      .returning();
    if (!row) throw new Error('an insertion that returned no block');
    return row;
  }

  async remove(blocker: string, blocked: string): Promise<void> {
    await this.database.db.delete(blocks).where(and(eq(blockerId, blocker), eq(blockedId, blocked)));
  }

  async find(blocker: string, blocked: string): Promise<Block | null> {
    const [row] = await this.database.db
      .select()
      .from(blocks)
      .where(and(eq(blockerId, blocker), eq(blockedId, blocked)));
    return row ?? null;
  }

  /** Those a user has made, the oldest first. */
  async madeBy(blocker: string): Promise<Block[]> {
    return this.database.db.select().from(blocks).where(eq(blockerId, blocker)).orderBy(asc(createdAt), asc(blockedId));
  }

  async countOf(blocker: string): Promise<number> {
    return this.database.db.$count(blocks, eq(blockerId, blocker));
  }

  /** Those that a user has made or is the object of. */
  async about(userId: string): Promise<Block[]> {
    return ABOUT(this.database.db, { userId });
  }

  /** As `about`, for several users. */
  async aboutEach(userIds: readonly string[]): Promise<Block[]> {
    return ABOUT_EACH(this.database.db, { userIds });
  }
}

const ABOUT_EACH = prepared((db, { userIds }: Placeholders<{ userIds: readonly string[] }>) =>
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

const ABOUT = prepared((db, { userId }: Placeholders<{ userId: string }>) =>
  db
    .select()
    .from(blocks)
    .where(or(eq(blockerId, userId), eq(blockedId, userId))),
);
