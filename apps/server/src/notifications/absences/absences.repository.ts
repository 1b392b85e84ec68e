/** Stores, for users whose connections have ended, the time until which delivery is confirmed. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import type { Absence } from './absence';
import { absences } from '../notifications.schema';

/** The end of a connection. */
export interface ConnectionEnd {
  readonly userId: string;
  /** Everything created before this time has arrived, by the database's clock; null if the client confirmed nothing. */
  readonly confirmedUntil: number | null;
  /** The age of the connection: earlier events were for other connections. */
  readonly openedMsAgo: number;
}

interface Row extends Record<string, unknown> {
  userId: string;
  confirmedUntil: string;
}

/** Nodes measure durations and the database keeps the times, so that clocks are never compared. */
const timeAgo = (agoMs: number) => sql`clock_timestamp() - ${agoMs} * interval '1 millisecond'`;

@Injectable()
export class AbsencesRepository {
  constructor(private readonly database: Database) {}

  /** For several ends of a user's connections, the latest confirmed time counts. */
  async record(ends: readonly ConnectionEnd[]): Promise<void> {
    if (ends.length === 0) return;
    const userIds = sql.param(ends.map(({ userId }) => userId));
    const moments = sql.param(ends.map(({ confirmedUntil }) => confirmedUntil));
    const milliseconds = sql.param(ends.map(({ openedMsAgo }) => openedMsAgo));
    // Rows are locked in one order, so that two transactions cannot deadlock.
    await this.database.db.execute(sql`
      insert into ${absences} as known (user_id, confirmed_until, ended_at)
      select user_id, max(case when until is null then clock_timestamp() - ms * interval '1 millisecond'
          else to_timestamp(until / 1000) end), clock_timestamp()
      from unnest(${userIds}::uuid[], ${moments}::float8[], ${milliseconds}::float8[]) as given (user_id, until, ms)
      group by user_id order by user_id
      on conflict (user_id) do update set
        confirmed_until = greatest(known.confirmed_until, excluded.confirmed_until), ended_at = excluded.ended_at`);
  }

  /** Records users without a row: their node died, so nothing is confirmed within the detection time. */
  async recordUnreported(userIds: readonly string[], detectionMs: number): Promise<void> {
    await this.database.db.execute(sql`
      insert into ${absences} (user_id, confirmed_until, ended_at)
      select user_id, ${timeAgo(detectionMs)}, clock_timestamp()
      from unnest(${sql.param([...userIds])}::uuid[]) as given (user_id) order by user_id
      on conflict (user_id) do nothing`);
  }

  /** Deletes and returns the absences of these users. Call it in a transaction: `lockPending` waits for its end. */
  async takePending(userIds: readonly string[]): Promise<Absence[]> {
    const { rows } = await this.database.db.execute<Row>(sql`
      with locked as (
        select user_id from ${absences} where user_id = any(${sql.param([...userIds])}::uuid[])
        order by user_id for update
      )
      delete from ${absences} as absence using locked where absence.user_id = locked.user_id
      returning absence.user_id as "userId", absence.confirmed_until as "confirmedUntil"`);
    return rows.map(({ userId, confirmedUntil }) => ({ userId, confirmedUntil: new Date(confirmedUntil) }));
  }

  /** The users among these with a pending absence. Call it in a transaction: the absences stay pending until it ends. */
  async lockPending(userIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.database.db.execute<{ userId: string }>(sql`
      select user_id as "userId" from ${absences} where user_id = any(${sql.param([...userIds])}::uuid[])
      order by user_id for share`);
    return new Set(rows.map(({ userId }) => userId));
  }

  /** Users whose absence is pending for longer than `afterMs`: their node failed to process it, or they are online again. */
  async findOverdue(afterMs: number, limit: number): Promise<string[]> {
    const { rows } = await this.database.db.execute<{ userId: string }>(sql`
      select user_id as "userId" from ${absences} where ended_at < ${timeAgo(afterMs)} order by ended_at limit ${limit}`);
    return rows.map(({ userId }) => userId);
  }

  /** Deletes the absences of users that are online again, unless a connection has ended within `afterMs`. */
  async removeReturned(userIds: readonly string[], afterMs: number): Promise<void> {
    await this.database.db.execute(sql`
      delete from ${absences} where user_id = any(${sql.param([...userIds])}::uuid[])
      and ended_at < ${timeAgo(afterMs)}`);
  }
}
