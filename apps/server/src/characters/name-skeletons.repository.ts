/** Finds and keeps skeletons of names that were given before skeletons were. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, isNull, sql } from 'drizzle-orm';
import { characters } from './characters.schema';

@Injectable()
export class NameSkeletonsRepository {
  constructor(private readonly database: Database) {}

  /** Characters without a skeleton, locked until the transaction ends; those that another node has locked are left out. */
  async missing(limit: number): Promise<{ id: string; name: string }[]> {
    const { id, name, nameSkeleton } = characters;
    return this.database.db
      .select({ id, name })
      .from(characters)
      .where(isNull(nameSkeleton))
      .limit(limit)
      .for('update', { skipLocked: true });
  }

  /** Where another character has this skeleton, the character gets one that no name has. */
  async set(id: string, skeleton: string): Promise<void> {
    const taken = sql`exists (select 1 from ${characters} as other where other.name_skeleton = ${skeleton})`;
    await this.database.db
      .update(characters)
      .set({ nameSkeleton: sql`case when ${taken} then ${`:${id}`} else ${skeleton} end` })
      .where(eq(characters.id, id));
  }
}
