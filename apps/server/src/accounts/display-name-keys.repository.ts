/** Finds and keeps what display names are compared by, of accounts that were there before display names were. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, isNull, sql } from 'drizzle-orm';
import { accounts } from './accounts.schema';

@Injectable()
export class DisplayNameKeysRepository {
  constructor(private readonly database: Database) {}

  /** Accounts without keys, locked until the transaction ends; those that another node has locked are left out. */
  async missing(limit: number): Promise<{ id: string; displayName: string }[]> {
    const { id, displayName, displayNameKey } = accounts;
    return this.database.db
      .select({ id, displayName })
      .from(accounts)
      .where(isNull(displayNameKey))
      .limit(limit)
      .for('update', { skipLocked: true });
  }

  /** Where another account has a key or a skeleton, this one gets one that no name has. */
  async set(id: string, key: string, skeleton: string): Promise<void> {
    const free = sql`${`:${id}`}`;
    const hasKey = sql`exists (select 1 from ${accounts} as other where other.display_name_key = ${key})`;
    const hasSkeleton = sql`exists (select 1 from ${accounts} as other where other.display_name_skeleton = ${skeleton})`;
    await this.database.db
      .update(accounts)
      .set({
        displayNameKey: sql`case when ${hasKey} then ${free} else ${key} end`,
        displayNameSkeleton: sql`case when ${hasSkeleton} then ${free} else ${skeleton} end`,
      })
      .where(eq(accounts.id, id));
  }
}
