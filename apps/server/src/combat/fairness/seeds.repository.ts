/** Stores the secret of all server seeds, and how many each user has drawn. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, sql } from 'drizzle-orm';
import { combatState, fightSeeds } from '../combat.schema';
import { createServerSeed } from './fight-secrets';

const SINGLE_ROW = 1;

@Injectable()
export class SeedsRepository {
  constructor(private readonly database: Database) {}

  /** Created by the first node that asks. */
  async secret(): Promise<string> {
    const own = { id: SINGLE_ROW, secret: createServerSeed(), sweptAt: sql`clock_timestamp()` };
    await this.database.db.insert(combatState).values(own).onConflictDoNothing();
    const [row] = await this.database.db.select({ secret: combatState.secret }).from(combatState);
    if (!row) throw new Error('the secret of the fights is missing');
    return row.secret;
  }

  /** @returns how many seeds the user has drawn, this one included. The row stays locked until the end of the transaction. */
  async countDraw(userId: string): Promise<number> {
    const [row] = await this.database.db
      .insert(fightSeeds)
      .values({ userId, drawn: 1 })
      .onConflictDoUpdate({ target: fightSeeds.userId, set: { drawn: sql`${fightSeeds.drawn} + 1` } })
      .returning({ drawn: fightSeeds.drawn });
    return row?.drawn ?? 1;
  }

  async remove(userId: string): Promise<void> {
    await this.database.db.delete(fightSeeds).where(eq(fightSeeds.userId, userId));
  }
}
