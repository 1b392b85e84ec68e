/** Queries that return several accounts: the list for administrators, and idle guests. */
import { Injectable } from '@nestjs/common';
import { nameKey } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, asc, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Account } from './account';
import { loginKey } from './account-name';
import { accounts } from './accounts.schema';

@Injectable()
export class AccountsListRepository {
  constructor(private readonly database: Database) {}

  /** Accounts whose display name starts with `prefix` and follows `after`, ordered by display name. */
  async findPageByName(prefix: string, after: string, limit: number): Promise<Account[]> {
    const pattern = `${nameKey(prefix).replace(/[\\%_]/g, '\\$&')}%`;
    // In this collation a prefix is a range of the index, so only the names of the page are read.
    const key = sql`${accounts.displayNameKey} collate "C"`;
    return this.database.db
      .select()
      .from(accounts)
      .where(and(prefix === '' ? undefined : sql`${key} like ${pattern}`, sql`${key} > ${nameKey(after)}`))
      .orderBy(key)
      .limit(limit);
  }

  /** Registered accounts of this server with one of these logins. */
  async findRegistered(logins: readonly string[]): Promise<Account[]> {
    const own = and(eq(accounts.isGuest, false), sql`${accounts.passwordHash} is not null`);
    return this.database.db
      .select()
      .from(accounts)
      .where(and(inArray(accounts.loginKey, logins.map(loginKey)), own));
  }

  /** Marks idle guests for deletion, except rows that another transaction has locked. Call it inside a transaction. */
  async requestDeletionOfIdle(notSeenSince: Date, at: Date, limit: number): Promise<string[]> {
    const { db } = this.database;
    const idle = db
      .select({ id: accounts.id })
      .from(accounts)
      .where(and(accounts.isGuest, lt(accounts.lastSeenAt, notSeenSince), isNull(accounts.deletionRequestedAt)))
      .orderBy(asc(accounts.lastSeenAt))
      .limit(limit)
      .for('update', { skipLocked: true });
    const rows = await db
      .update(accounts)
      .set({ deletionRequestedAt: at })
      .where(inArray(accounts.id, idle))
      .returning({ id: accounts.id });
    return rows.map(({ id }) => id);
  }

  /** True for one node at a time, until its transaction ends. */
  async tryClaimPurge(): Promise<boolean> {
    const claim = sql`select pg_try_advisory_xact_lock(hashtextextended('accounts:purge', 0)) as claimed`;
    const { rows } = await this.database.db.execute<{ claimed: boolean }>(claim);
    return rows[0]?.claimed === true;
  }
}
