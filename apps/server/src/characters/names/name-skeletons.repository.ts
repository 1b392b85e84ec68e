/** Finds characters without a name skeleton, and stores computed skeletons. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, isNull, sql } from 'drizzle-orm';
import { characters } from '../characters.schema';

@Injectable()
export class NameSkeletonsRepository {
  constructor(private readonly database: Database) {}

  /** Characters without a skeleton, locked until the transaction ends. Skips rows that another node has locked. */
  async findMissing(limit: number): Promise<{ id: string; name: string }[]> {
    const { id, name, nameSkeleton } = characters;
    return this.database.db
      .select({ id, name })
      .from(characters)
      .where(isNull(nameSkeleton))
      .limit(limit)
      .for('update', { skipLocked: true });
  }

  /** Stores the skeleton, or, if another character has it, a placeholder that no name produces. */
  async set(id: string, skeleton: string): Promise<void> {
    const taken = sql`exists (select 1 from ${characters} as other where other.name_skeleton = ${skeleton})`;
    await this.database.db
      .update(characters)
      .set({ nameSkeleton: sql`case when ${taken} then ${`:${id}`} else ${skeleton} end` })
      .where(eq(characters.id, id));
  }
}
