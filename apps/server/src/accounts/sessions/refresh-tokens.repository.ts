/** Stores the hashes of refresh tokens. A family is a session: the token of its login, and those exchanged for it one after another. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, max, ne, sql } from 'drizzle-orm';
import { refreshTokens, SESSION_STARTED_AT } from './refresh-tokens.schema';

interface StoredRefreshToken {
  readonly id: string;
  readonly accountId: string;
  readonly familyId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

interface NewRefreshToken {
  accountId: string;
  familyId: string;
  tokenHash: string;
  createdAt: Date;
  expiresAt: Date;
}

@Injectable()
export class RefreshTokensRepository {
  constructor(private readonly database: Database) {}

  /** The token gets the start of its session from the tokens that are stored of it. */
  async insert(token: NewRefreshToken): Promise<void> {
    const { db } = this.database;
    const started = db
      .select({ at: sql`min(${SESSION_STARTED_AT})` })
      .from(refreshTokens)
      .where(eq(refreshTokens.familyId, token.familyId));
    const sessionStartedAt = sql`coalesce((${started}), ${token.createdAt.toISOString()}::timestamptz)`;
    await db.insert(refreshTokens).values({ ...token, sessionStartedAt });
  }

  async find(tokenHash: string): Promise<StoredRefreshToken | null> {
    const { db } = this.database;
    const [row] = await db.select().from(refreshTokens).where(eq(refreshTokens.tokenHash, tokenHash));
    return row ?? null;
  }

  /** Marks all unused tokens of a family as exchanged. */
  async markFamilyUsed(familyId: string, at: Date): Promise<void> {
    const unused = and(eq(refreshTokens.familyId, familyId), isNull(refreshTokens.usedAt));
    await this.database.db.update(refreshTokens).set({ usedAt: at }).where(unused);
  }

  /** Removes the tokens of a family that were exchanged before this time. If one is reused, `RefreshTokenCodec` still finds its family. */
  async removeUsed(familyId: string, before: Date): Promise<void> {
    const used = and(eq(refreshTokens.familyId, familyId), lt(refreshTokens.usedAt, before));
    await this.database.db.delete(refreshTokens).where(used);
  }

  /** The owner of a family; null if it was revoked or has no tokens. */
  async ownerOf(familyId: string): Promise<string | null> {
    const { accountId } = refreshTokens;
    const [row] = await this.database.db
      .select({ accountId })
      .from(refreshTokens)
      .where(and(eq(refreshTokens.familyId, familyId), isNull(refreshTokens.revokedAt)))
      .limit(1);
    return row?.accountId ?? null;
  }

  /** The families that must end so that the account has at most `limit` live ones: the oldest, but never `keep`. */
  async surplusFamilies(
    accountId: string,
    limit: number,
    { now, keep }: { now: Date; keep: string },
  ): Promise<string[]> {
    const { familyId, createdAt, revokedAt, expiresAt } = refreshTokens;
    const live = and(eq(refreshTokens.accountId, accountId), isNull(revokedAt), gt(expiresAt, now), ne(familyId, keep));
    const rows = await this.database.db
      .select({ familyId })
      .from(refreshTokens)
      .where(live)
      .groupBy(familyId)
      .orderBy(desc(max(createdAt)))
      .offset(limit - 1);
    return rows.map((row) => row.familyId);
  }

  async revokeFamily(familyId: string, at: Date): Promise<void> {
    const unrevoked = and(eq(refreshTokens.familyId, familyId), isNull(refreshTokens.revokedAt));
    await this.database.db.update(refreshTokens).set({ revokedAt: at }).where(unrevoked);
  }

  /** @returns the families that this call has revoked. */
  async revokeAll(accountId: string, at: Date): Promise<string[]> {
    const rows = await this.database.db
      .update(refreshTokens)
      .set({ revokedAt: at })
      .where(and(eq(refreshTokens.accountId, accountId), isNull(refreshTokens.revokedAt)))
      .returning({ familyId: refreshTokens.familyId });
    return [...new Set(rows.map(({ familyId }) => familyId))];
  }

  /** Removes all revoked tokens of an account but the `limit` last revoked ones. */
  async removeRevoked(accountId: string, limit: number): Promise<void> {
    const { db } = this.database;
    const surplus = db
      .select({ id: refreshTokens.id })
      .from(refreshTokens)
      .where(and(eq(refreshTokens.accountId, accountId), isNotNull(refreshTokens.revokedAt)))
      .orderBy(desc(refreshTokens.revokedAt))
      .offset(limit);
    await db.delete(refreshTokens).where(inArray(refreshTokens.id, surplus));
  }

  /** Removes up to `limit` tokens that expired before this time. @returns how many. */
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
