/** Stores when the deadlines were looked at for the last time, and extends them. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { gte, sql } from 'drizzle-orm';
import { combatState, fights } from '../combat.schema';

/** Several sweeps: a shorter gap is no outage. */
const MAX_GAP_MS = 1_000;
/** With several nodes, most sweeps need not write. */
const MIN_INTERVAL = sql.raw(`interval '200 milliseconds'`);

@Injectable()
export class OutageCreditRepository {
  constructor(private readonly database: Database) {}

  /** @returns the milliseconds since the last sweep if that is an outage, else 0. Exactly one node gets each outage. */
  async recordSweep(): Promise<number> {
    const { rows } = await this.database.db.execute<{ gap: number }>(sql`
      with last as (select id, swept_at from ${combatState} where swept_at < clock_timestamp() - ${MIN_INTERVAL} for update)
      update ${combatState} as state set swept_at = clock_timestamp() from last where state.id = last.id
      returning (extract(epoch from clock_timestamp() - last.swept_at) * 1000)::float8 as gap`);
    const gap = rows[0]?.gap ?? 0;
    return gap > MAX_GAP_MS ? gap : 0;
  }

  /** @param timeMs milliseconds since 1970, by the database's clock. */
  async hasSweptSince(timeMs: number): Promise<boolean> {
    const since = sql`to_timestamp(${timeMs}::float8 / 1000)`;
    const rows = await this.database.db
      .select({ id: combatState.id })
      .from(combatState)
      .where(gte(combatState.sweptAt, since));
    return rows.length > 0;
  }

  /**
   * Fights and challenges alike; the time of absences is not counted either. No fight gets more than the time since its last
   * step, and none whose last step is recent: the sweeps rest while there are no deadlines. @returns the fights.
   */
  async extendDeadlines(gapMs: number): Promise<string[]> {
    const gap = sql`least(${gapMs} * interval '1 millisecond', clock_timestamp() - updated_at)`;
    const { rows } = await this.database.db.execute<{ id: string }>(sql`
      with due as (
        select id from ${fights} where due_at is not null and updated_at < clock_timestamp() - ${MAX_GAP_MS} * interval '1 millisecond'
        order by id for no key update)
      update ${fights} as fight set deadline = deadline + ${gap}, due_at = due_at + ${gap},
        clocks = (
          select coalesce(jsonb_object_agg(key, case when value->>'awaySince' is null then value
            else jsonb_set(value, '{awaySince}', to_jsonb((value->>'awaySince')::float8 + extract(epoch from ${gap})::float8 * 1000)) end), '{}')
          from jsonb_each(fight.clocks))
      from due where fight.id = due.id
      returning fight.id`);
    return rows.map(({ id }) => id);
  }
}
