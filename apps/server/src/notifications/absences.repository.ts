/** Keeps up to when it is known that everything has reached the users whose connections have ended. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import type { Absence } from './absence';
import { absences } from './notifications.schema';

/** A connection that has ended. */
export interface ConnectionEnd {
  readonly userId: string;
  /** Everything that was made before then has arrived, by the database's clock; null where nothing has come. */
  readonly confirmedUntil: number | null;
  /** What was made earlier was for other connections. */
  readonly openedMsAgo: number;
}

interface Row extends Record<string, unknown> {
  userId: string;
  confirmedUntil: string;
}

/** Durations are measured by a node, and moments are those of the database: no two clocks are compared. */
const before = (ms: number) => sql`clock_timestamp() - ${ms} * interval '1 millisecond'`;

@Injectable()
export class AbsencesRepository {
  constructor(private readonly database: Database) {}

  /** Of several ends of one user's connections, that counts by which the most has arrived. */
  async record(ends: readonly ConnectionEnd[]): Promise<void> {
    if (ends.length === 0) return;
    const userIds = sql.param(ends.map(({ userId }) => userId));
    const moments = sql.param(ends.map(({ confirmedUntil }) => confirmedUntil));
    const milliseconds = sql.param(ends.map(({ openedMsAgo }) => openedMsAgo));
    // All lock the rows in one order, so that no two wait for each other.
    await this.database.db.execute(sql`
      insert into ${absences} as known (user_id, confirmed_until, ended_at)
      select user_id, max(case when until is null then clock_timestamp() - ms * interval '1 millisecond'
          else to_timestamp(until / 1000) end), clock_timestamp()
      from unnest(${userIds}::uuid[], ${moments}::float8[], ${milliseconds}::float8[]) as given (user_id, until, ms)
      group by user_id order by user_id
      on conflict (user_id) do update set
        confirmed_until = greatest(known.confirmed_until, excluded.confirmed_until), ended_at = excluded.ended_at`);
  }

  /** Records users of whom no node has said anything: the node that held them is gone, and nothing since then is certain. */
  async recordUnknown(userIds: readonly string[], doubtMs: number): Promise<void> {
    await this.database.db.execute(sql`
      insert into ${absences} (user_id, confirmed_until, ended_at)
      select user_id, ${before(doubtMs)}, clock_timestamp()
      from unnest(${sql.param([...userIds])}::uuid[]) as given (user_id) order by user_id
      on conflict (user_id) do nothing`);
  }

  /** Takes them out. Call it in a transaction: until that ends, `undecided` waits for it. */
  async take(userIds: readonly string[]): Promise<Absence[]> {
    const { rows } = await this.database.db.execute<Row>(sql`
      with locked as (
        select user_id from ${absences} where user_id = any(${sql.param([...userIds])}::uuid[])
        order by user_id for update
      )
      delete from ${absences} as gone using locked where gone.user_id = locked.user_id
      returning gone.user_id as "userId", gone.confirmed_until as "confirmedUntil"`);
    return rows.map(({ userId, confirmedUntil }) => ({ userId, confirmedUntil: new Date(confirmedUntil) }));
  }

  /** Which of these users have not been decided on. Call it in a transaction: until that ends they stay so. */
  async undecided(userIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.database.db.execute<{ userId: string }>(sql`
      select user_id as "userId" from ${absences} where user_id = any(${sql.param([...userIds])}::uuid[])
      order by user_id for share`);
    return new Set(rows.map(({ userId }) => userId));
  }

  /** Users whose last connection ended so long ago and who should have been decided on, or have come back. */
  async overdue(afterMs: number, limit: number): Promise<string[]> {
    const { rows } = await this.database.db.execute<{ userId: string }>(sql`
      select user_id as "userId" from ${absences} where ended_at < ${before(afterMs)} order by ended_at limit ${limit}`);
    return rows.map(({ userId }) => userId);
  }

  /** Removes users who are connected, unless one of their connections has ended meanwhile. */
  async removeReturned(userIds: readonly string[], afterMs: number): Promise<void> {
    await this.database.db.execute(sql`
      delete from ${absences} where user_id = any(${sql.param([...userIds])}::uuid[])
      and ended_at < ${before(afterMs)}`);
  }
}
