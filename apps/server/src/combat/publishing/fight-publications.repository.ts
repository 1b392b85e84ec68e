/** Stores how far fights have been published, and finds those whose node has died before it published a step. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { fights } from '../combat.schema';

/** A node publishes a step at once: after this time, it is taken for dead. */
const OVERDUE = sql.raw(`interval '1500 milliseconds'`);

@Injectable()
export class FightPublicationsRepository {
  constructor(private readonly database: Database) {}

  /** Rows are locked in one order, so that two nodes never wait for each other. */
  async mark(seqs: ReadonlyMap<string, number>): Promise<void> {
    const [ids, values] = [[...seqs.keys()], [...seqs.values()]];
    await this.database.db.execute(sql`
      with given as (
        select fight.id, marked.seq from unnest(${sql.param(ids)}::uuid[], ${sql.param(values)}::int[]) as marked (id, seq)
        join ${fights} as fight on fight.id = marked.id
        order by fight.id for no key update of fight
      )
      update ${fights} as fight set published = greatest(fight.published, given.seq) from given where fight.id = given.id`);
  }

  /** Fights with entries that should have been published. */
  async overdue(limit: number): Promise<string[]> {
    const { rows } = await this.database.db.execute<{ id: string }>(sql`
      select id from ${fights} where published < seq and updated_at < now() - ${OVERDUE}
      order by updated_at limit ${limit}`);
    return rows.map(({ id }) => id);
  }
}
