/** Stores which monsters fight, and when defeated ones return. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { MonsterStatus } from '../../world';
import { fightMonsters } from '../combat.schema';

/** How long a defeated monster cannot be attacked. */
const RETURN = sql.raw(`interval '30 seconds'`);

@Injectable()
export class FightMonstersRepository {
  constructor(private readonly database: Database) {}

  /** @returns the fight that the monster is in, or `returning`, if it cannot be attacked; null once it is taken. */
  async take(monsterId: string, fightId: string): Promise<{ fightId: string } | 'returning' | null> {
    const taken = await this.database.db
      .insert(fightMonsters)
      .values({ monsterId, fightId, returnsAt: null })
      .onConflictDoUpdate({
        target: fightMonsters.monsterId,
        set: { fightId, returnsAt: null },
        setWhere: sql`${fightMonsters.returnsAt} <= clock_timestamp()`,
      })
      .returning({ monsterId: fightMonsters.monsterId });
    if (taken.length > 0) return null;
    const [row] = await this.database.db.select().from(fightMonsters).where(eq(fightMonsters.monsterId, monsterId));
    return row?.returnsAt === null ? { fightId: row.fightId } : 'returning';
  }

  /** At the end of a fight: the others can be attacked at once. */
  async release(fightId: string, defeated: readonly string[]): Promise<void> {
    await this.database.db
      .update(fightMonsters)
      .set({ returnsAt: sql`clock_timestamp() + ${RETURN}` })
      .where(and(eq(fightMonsters.fightId, fightId), inArray(fightMonsters.monsterId, [...defeated])));
    await this.database.db
      .delete(fightMonsters)
      .where(and(eq(fightMonsters.fightId, fightId), sql`${fightMonsters.returnsAt} is null`));
  }

  /** The monsters that fight or have not returned yet. */
  async statuses(): Promise<Map<string, MonsterStatus>> {
    const { monsterId, returnsAt } = fightMonsters;
    const rows = await this.database.db
      .select({ monsterId, isFighting: sql<boolean>`${returnsAt} is null` })
      .from(fightMonsters)
      .where(sql`${returnsAt} is null or ${returnsAt} > clock_timestamp()`);
    return new Map(rows.map(({ monsterId: id, isFighting }) => [id, isFighting ? 'fights' : 'absent']));
  }
}
