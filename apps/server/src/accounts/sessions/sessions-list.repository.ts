/** Reads the live sessions of an account, which are the families of its refresh tokens. */
import { Injectable } from '@nestjs/common';
import type { Timestamp, Uuid } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, desc, eq, gt, isNull, max, sql } from 'drizzle-orm';
import { refreshTokens, SESSION_STARTED_AT } from './refresh-tokens.schema';

export interface SessionSummary {
  id: Uuid;
  /** The login; for a session that an older release began, the earliest refresh that is known. */
  createdAt: Timestamp;
  /** The last login or refresh. Requests with an access token are not recorded. */
  lastUsedAt: Timestamp;
  /** When the session ends unless it is refreshed. */
  expiresAt: Timestamp;
}

@Injectable()
export class SessionsListRepository {
  constructor(private readonly database: Database) {}

  /** The latest login first. */
  async findLive(accountId: string, now: Date, limit: number): Promise<SessionSummary[]> {
    const { familyId, createdAt, expiresAt, revokedAt } = refreshTokens;
    const startedAt = sql`min(${SESSION_STARTED_AT})`.mapWith(createdAt);
    const rows = await this.database.db
      .select({ familyId, startedAt, lastUsedAt: max(createdAt), expiresAt: max(expiresAt) })
      .from(refreshTokens)
      .where(and(eq(refreshTokens.accountId, accountId), isNull(revokedAt), gt(expiresAt, now)))
      .groupBy(familyId)
      .orderBy(desc(startedAt), familyId)
      .limit(limit);
    return rows.map((row) => ({
      id: row.familyId,
      createdAt: row.startedAt.toISOString(),
      lastUsedAt: toTimestamp(row.lastUsedAt),
      expiresAt: toTimestamp(row.expiresAt),
    }));
  }
}

function toTimestamp(at: Date | null): Timestamp {
  if (at === null) throw new Error('a group of refresh tokens has no latest time');
  return at.toISOString();
}
