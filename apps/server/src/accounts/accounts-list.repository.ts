/** Reads accounts in bulk: by name for administrators, and the idle guests. */
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

  /** Those whose display name begins like that, after another one, in the order of display names. */
  async byName(prefix: string, after: string, limit: number): Promise<Account[]> {
    const pattern = `${nameKey(prefix).replace(/[\\%_]/g, '\\$&')}%`;
    // In this collation a beginning is a range of the index, and so only names of the page are read.
    const key = sql`${accounts.displayNameKey} collate "C"`;
    return this.database.db
      .select()
      .from(accounts)
      .where(and(prefix === '' ? undefined : sql`${key} like ${pattern}`, sql`${key} > ${nameKey(after)}`))
      .orderBy(key)
      .limit(limit);
  }

  /** Registered accounts of this server with one of these logins. */
  async registered(logins: readonly string[]): Promise<Account[]> {
    const own = and(eq(accounts.isGuest, false), sql`${accounts.passwordHash} is not null`);
    return this.database.db
      .select()
      .from(accounts)
      .where(and(inArray(accounts.loginKey, logins.map(loginKey)), own));
  }

  /** Guests not seen since, who are nobody else's work right now, are to be deleted. Inside a transaction. */
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
  async claimPurge(): Promise<boolean> {
    const claim = sql`select pg_try_advisory_xact_lock(hashtextextended('accounts:purge', 0)) as claimed`;
    const { rows } = await this.database.db.execute<{ claimed: boolean }>(claim);
    return rows[0]?.claimed === true;
  }
}
