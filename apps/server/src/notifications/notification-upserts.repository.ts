/** Inserts or renews notifications by key, and trims each user's to a bounded number. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import type { AddressedNotice, StoredNotification } from './notification';
import { notifications } from './notifications.schema';

export type NewNotification = AddressedNotice & { readonly expiresAt: Date };

interface UpsertedRow extends Record<string, unknown> {
  id: string;
  userId: string;
  kind: string;
  title: string;
  body: string | null;
  data: Record<string, unknown> | null;
  count: number;
  position: string;
  createdAt: string;
  expiresAt: string;
  inserted: boolean;
}

// A read or expired notification is not added to: a repeat under its key replaces it, with a new id.
const LAPSED = sql.raw(`(known.read_at is not null or known.expires_at <= excluded.created_at)`);

@Injectable()
export class NotificationUpsertsRepository {
  constructor(private readonly database: Database) {}

  /** Takes at most one notification per user and key. @returns the inserted and renewed ones, without those that add no occurrence. */
  async upsert(
    incoming: readonly NewNotification[],
    now: Date,
  ): Promise<(StoredNotification & { inserted: boolean })[]> {
    const numbered = incoming.flatMap(({ userId, key, occurrences }) =>
      key === undefined || !occurrences ? [] : [[`${userId} ${key}`, occurrences] as const],
    );
    const numbers = sql`${JSON.stringify(Object.fromEntries(numbered))}::jsonb`;
    // Compared with the locked row, so that a concurrent call with the same occurrences adds nothing.
    const added = sql`case when excluded.newest is null then 1 else (
      select count(*)::int from jsonb_array_elements_text(${numbers} -> (known.user_id || ' ' || known.key)) as number
      where number::bigint > coalesce(known.newest, 0)) end`;
    // Rows are locked in one order, so that two transactions cannot deadlock.
    const { rows } = await this.database.db.execute<UpsertedRow>(sql`
      insert into ${notifications} as known
        (user_id, kind, title, body, data, key, actor_id, count, newest, created_at, expires_at)
      select "userId", kind, title, body, data, key, "actorId", coalesce(jsonb_array_length(occurrences), 1),
        (occurrences ->> -1)::bigint, ${now.toISOString()}::timestamptz, "expiresAt"
      from jsonb_to_recordset(${JSON.stringify(incoming)}::jsonb) as given ("userId" uuid, kind text, title text,
        body text, data jsonb, key text, "actorId" uuid, occurrences jsonb, "expiresAt" timestamptz)
      order by "userId", key
      on conflict (user_id, key) where key is not null do update set
        id = case when ${LAPSED} then excluded.id else known.id end,
        count = case when ${LAPSED} then 0 else known.count end + ${added},
        newest = coalesce(excluded.newest, known.newest), position = default, read_at = null,
        kind = excluded.kind, title = excluded.title, body = excluded.body, data = excluded.data,
        actor_id = excluded.actor_id, created_at = excluded.created_at, expires_at = excluded.expires_at
      where excluded.newest is null or excluded.newest > coalesce(known.newest, 0)
      returning id, user_id as "userId", kind, title, body, data, count, position, created_at as "createdAt",
        expires_at as "expiresAt", known.xmax = 0 as inserted`);
    return rows.map(({ position, createdAt, expiresAt, ...row }) => ({
      ...row,
      position: Number(position),
      createdAt: new Date(createdAt),
      expiresAt: new Date(expiresAt),
      readAt: null,
    }));
  }

  /** Deletes notifications beyond `maxPerUser` of each user: read and expired ones first, then the oldest. */
  async trim(userIds: readonly string[], maxPerUser: number, now: Date): Promise<void> {
    if (userIds.length === 0) return;
    // A lateral subquery per user makes PostgreSQL use the list index: otherwise it would read the whole table. Rows locked
    // by other transactions are being renewed or deleted, so they are skipped.
    await this.database.db.execute(sql`
      with crowded as (
        select given.user_id from unnest(${sql.param([...new Set(userIds)])}::uuid[]) as given (user_id)
        cross join lateral (
          select from ${notifications} as kept where kept.user_id = given.user_id
          order by kept.position desc offset ${maxPerUser} limit 1
        ) as beyond
      ), surplus as (
        select beyond.id from crowded cross join lateral (
          select kept.id from ${notifications} as kept where kept.user_id = crowded.user_id
          order by kept.read_at is null and kept.expires_at > ${now.toISOString()}::timestamptz desc, kept.position desc
          offset ${maxPerUser}
        ) as beyond
      ), over as (
        select id from ${notifications} where id in (select id from surplus)
        for update skip locked
      )
      delete from ${notifications} where id in (select id from over)`);
  }
}
