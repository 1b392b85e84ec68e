/** Stores the names reserved for administrators, and how often each has been registered. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { and, eq } from 'drizzle-orm';
import { adminNames } from './admin-names.schema';

@Injectable()
export class AdminNamesRepository {
  constructor(private readonly database: Database) {}

  /** @returns the names that no node has listed before. */
  async reserve(nameKeys: readonly string[]): Promise<string[]> {
    const rows = await this.database.db
      .insert(adminNames)
      .values(nameKeys.map((nameKey) => ({ nameKey })))
      .onConflictDoNothing()
      .returning({ nameKey: adminNames.nameKey });
    return rows.map(({ nameKey }) => nameKey);
  }

  /** Null for a name that was never listed. */
  async claimCount(nameKey: string): Promise<number | null> {
    const { claims } = adminNames;
    const [row] = await this.database.db.select({ claims }).from(adminNames).where(eq(adminNames.nameKey, nameKey));
    return row?.claims ?? null;
  }

  /** Compare-and-set: counts a registration. False if another one was counted since `claims` was read. */
  async recordClaim(nameKey: string, claims: number): Promise<boolean> {
    const rows = await this.database.db
      .update(adminNames)
      .set({ claims: claims + 1 })
      .where(and(eq(adminNames.nameKey, nameKey), eq(adminNames.claims, claims)))
      .returning({ nameKey: adminNames.nameKey });
    return rows.length > 0;
  }
}
