/** Keeps the hashes of refresh tokens and the families they belong to. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, max, ne } from 'drizzle-orm';
import { refreshTokens } from './refresh-tokens.schema';

export interface StoredToken {
  readonly id: string;
  readonly accountId: string;
  readonly familyId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewToken {
  accountId: string;
  familyId: string;
  tokenHash: string;
  createdAt: Date;
  expiresAt: Date;
}

@Injectable()
export class RefreshTokensRepository {
  constructor(private readonly database: Database) {}

  async insert(token: NewToken): Promise<void> {
    await this.database.db.insert(refreshTokens).values(token);
  }

  async find(tokenHash: string): Promise<StoredToken | null> {
    const { db } = this.database;
    const [row] = await db.select().from(refreshTokens).where(eq(refreshTokens.tokenHash, tokenHash));
    return row ?? null;
  }

  /** Leaves no token of a family that was not exchanged. */
  async markFamilyUsed(familyId: string, at: Date): Promise<void> {
    const unused = and(eq(refreshTokens.familyId, familyId), isNull(refreshTokens.usedAt));
    await this.database.db.update(refreshTokens).set({ usedAt: at }).where(unused);
  }

  /** Those of a family that were exchanged before a time: nothing has to be known of them any more. */
  async removeUsed(familyId: string, before: Date): Promise<void> {
    const used = and(eq(refreshTokens.familyId, familyId), lt(refreshTokens.usedAt, before));
    await this.database.db.delete(refreshTokens).where(used);
  }

  /** Whose session this is, if it goes on. */
  async ownerOf(familyId: string): Promise<string | null> {
    const { accountId } = refreshTokens;
    const [row] = await this.database.db
      .select({ accountId })
      .from(refreshTokens)
      .where(and(eq(refreshTokens.familyId, familyId), isNull(refreshTokens.revokedAt)))
      .limit(1);
    return row?.accountId ?? null;
  }

  /** The families of an account that go on, but for the newest so many; never the one that is kept. */
  async familiesPast(accountId: string, most: number, { now, kept }: { now: Date; kept: string }): Promise<string[]> {
    const { familyId, createdAt, revokedAt, expiresAt } = refreshTokens;
    const live = and(eq(refreshTokens.accountId, accountId), isNull(revokedAt), gt(expiresAt, now), ne(familyId, kept));
    const rows = await this.database.db
      .select({ familyId })
      .from(refreshTokens)
      .where(live)
      .groupBy(familyId)
      .orderBy(desc(max(createdAt)))
      .offset(most - 1);
    return rows.map((row) => row.familyId);
  }

  async revokeFamily(familyId: string, at: Date): Promise<void> {
    const live = and(eq(refreshTokens.familyId, familyId), isNull(refreshTokens.revokedAt));
    await this.database.db.update(refreshTokens).set({ revokedAt: at }).where(live);
  }

  /** @returns the families that ended by it. */
  async revokeAll(accountId: string, at: Date): Promise<string[]> {
    const rows = await this.database.db
      .update(refreshTokens)
      .set({ revokedAt: at })
      .where(and(eq(refreshTokens.accountId, accountId), isNull(refreshTokens.revokedAt)))
      .returning({ familyId: refreshTokens.familyId });
    return [...new Set(rows.map(({ familyId }) => familyId))];
  }

  /** Leaves an account so many tokens of sessions that have ended. */
  async removeRevoked(accountId: string, most: number): Promise<void> {
    const { db } = this.database;
    const surplus = db
      .select({ id: refreshTokens.id })
      .from(refreshTokens)
      .where(and(eq(refreshTokens.accountId, accountId), isNotNull(refreshTokens.revokedAt)))
      .orderBy(desc(refreshTokens.revokedAt))
      .offset(most);
    await db.delete(refreshTokens).where(inArray(refreshTokens.id, surplus));
  }

  /** Removes up to `limit` tokens that expired before a time. @returns how many. */
  async removeExpired(before: Date, limit: number): Promise<number> {
    const { db } = this.database;
    const expired = db
      .select({ id: refreshTokens.id })
      .from(refreshTokens)
      .where(lt(refreshTokens.expiresAt, before))
      .limit(limit);
    const removed = await db
      .delete(refreshTokens)
      .where(inArray(refreshTokens.id, expired))
      .returning({ id: refreshTokens.id });
    return removed.length;
  }
}
