/** Finds and stores missing keys of display names, for accounts older than display names. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, isNull, sql } from 'drizzle-orm';
import { accounts } from '../accounts.schema';

@Injectable()
export class DisplayNameKeysRepository {
  constructor(private readonly database: Database) {}

  /** Accounts without keys, locked until the transaction ends; rows that another node has locked are skipped. */
  async lockMissing(limit: number): Promise<{ id: string; displayName: string }[]> {
    const { id, displayName, displayNameKey } = accounts;
    return this.database.db
      .select({ id, displayName })
      .from(accounts)
      .where(isNull(displayNameKey))
      .limit(limit)
      .for('update', { skipLocked: true });
  }

  /** If another account has the key or skeleton already, stores a placeholder that no name can have. */
  async setKeys(id: string, key: string, skeleton: string): Promise<void> {
    const placeholder = sql`${`:${id}`}`;
    const hasKey = sql`exists (select 1 from ${accounts} as other where other.display_name_key = ${key})`;
    const hasSkeleton = sql`exists (select 1 from ${accounts} as other where other.display_name_skeleton = ${skeleton})`;
    await this.database.db
      .update(accounts)
      .set({
        displayNameKey: sql`case when ${hasKey} then ${placeholder} else ${key} end`,
        displayNameSkeleton: sql`case when ${hasSkeleton} then ${placeholder} else ${skeleton} end`,
      })
      .where(eq(accounts.id, id));
  }
}
