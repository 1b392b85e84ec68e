/** Stores hashes of the addresses from which accounts have logged in. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { and, desc, eq, gt, inArray, lte, notInArray, sql } from 'drizzle-orm';
import { knownAddresses } from './known-addresses.schema';

@Injectable()
export class KnownAddressesRepository {
  constructor(private readonly database: Database) {}

  async has(accountId: string, addressHash: string, usedAfter: Date): Promise<boolean> {
    const rows = await this.database.db
      .select({ lastUsedAt: knownAddresses.lastUsedAt })
      .from(knownAddresses)
      .where(
        and(
          eq(knownAddresses.accountId, accountId),
          eq(knownAddresses.addressHash, addressHash),
          gt(knownAddresses.lastUsedAt, usedAfter),
        ),
      );
    return rows.length > 0;
  }

  /** Adds an address, or updates its last use, and removes all but the `max` most recently used. */
  async remember(accountId: string, addressHash: string, lastUsedAt: Date, max: number): Promise<void> {
    const { db } = this.database;
    await db
      .insert(knownAddresses)
      .values({ accountId, addressHash, lastUsedAt })
      .onConflictDoUpdate({
        target: [knownAddresses.accountId, knownAddresses.addressHash],
        set: { lastUsedAt: sql`greatest(${knownAddresses.lastUsedAt}, excluded.last_used_at)` },
      });
    const mostRecent = db
      .select({ addressHash: knownAddresses.addressHash })
      .from(knownAddresses)
      .where(eq(knownAddresses.accountId, accountId))
      .orderBy(desc(knownAddresses.lastUsedAt))
      .limit(max);
    await db
      .delete(knownAddresses)
      .where(and(eq(knownAddresses.accountId, accountId), notInArray(knownAddresses.addressHash, mostRecent)));
  }

  /** The last use of each address, the newest first. */
  async lastUses(accountId: string): Promise<Date[]> {
    const rows = await this.database.db
      .select({ lastUsedAt: knownAddresses.lastUsedAt })
      .from(knownAddresses)
      .where(eq(knownAddresses.accountId, accountId))
      .orderBy(desc(knownAddresses.lastUsedAt));
    return rows.map(({ lastUsedAt }) => lastUsedAt);
  }

  async removeAll(accountId: string): Promise<void> {
    await this.database.db.delete(knownAddresses).where(eq(knownAddresses.accountId, accountId));
  }

  /** Removes up to `limit` addresses whose last use was at or before a time. @returns how many. */
  async removeUnused(before: Date, limit: number): Promise<number> {
    const { db } = this.database;
    const { accountId, addressHash, lastUsedAt } = knownAddresses;
    const unused = db
      .select({ accountId, addressHash })
      .from(knownAddresses)
      .where(lte(lastUsedAt, before))
      .limit(limit);
    const removed = await db
      .delete(knownAddresses)
      .where(inArray(sql`(${accountId}, ${addressHash})`, unused))
      .returning({ accountId });
    return removed.length;
  }
}
