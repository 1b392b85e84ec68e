/** Fills a database to its bounds with SQL, because commands would take hours. */
import { ITEMS } from '@aeturnis/combat-rules';
import { MAX_BLOCKS, MAX_MEMBERS } from '@aeturnis/contracts';
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { MAX_SESSIONS } from '../../../apps/server/src/accounts/sessions/sessions.service';
import { MAX_ITEM_COUNT } from '../../../apps/server/src/inventory';
import { MAX_NOTIFICATIONS_PER_USER } from '../../../apps/server/src/notifications/notification.service';
import { wide, WIDE_UNIT, wideNameOf } from './wide-texts';

/** Enough accounts for the largest group and the longest block list. */
const USERS = Math.max(MAX_MEMBERS, MAX_BLOCKS) + 100;
/** Additional users who share the conversations of the heavy users, and are so full that no group may add them. */
export const PARTNERS = 2;
/** Messages of maximum length in the group: more than any page or answer holds. */
export const MESSAGES = 600;
export const CONTENT_LENGTH = 10_000;
/** The oldest messages, which a sync returns first, have the most bytes that a bound in UTF-16 units allows. */
const OF_UNITS = 100;
export const MEMBERSHIPS = 980;
const CHARACTERS = 8;
const PAGE = 100;
/** The length of the longest login. */
const NAME_LENGTH = 24;

export class Seed {
  constructor(private readonly sql: Client) {}

  /** Accounts with the longest logins and display names; the first hundred show the longest activity. @returns their ids. */
  async users(): Promise<string[]> {
    const { rows } = await this.sql.query<{ id: string }>(
      `insert into accounts (name, name_key, display_name, display_name_key, display_name_skeleton, roles)
        select name, name, shown, shown, shown, '{player}' from (
          select 'user' || lpad(number::text, ${NAME_LENGTH - 4}, '0') as name, ${wideNameOf('1000000 + number')} as shown
          from generate_series(1, $1) as number
        ) as named returning id`,
      [USERS + PARTNERS],
    );
    const ids = rows.map(({ id }) => id);
    await this.sql.query(
      `insert into presence_settings (user_id, status, activity, last_seen_at) select unnest($1::uuid[]), 'online', $2, now()`,
      [ids.slice(0, PAGE), wide(80)],
    );
    return ids;
  }

  /** Accounts that sort first by display name, each banned with a reason of maximum length. */
  async bannedUsers(): Promise<void> {
    await this.sql.query(
      `insert into accounts (name, name_key, display_name, display_name_key, display_name_skeleton, roles, status, ban_reason, banned_until)
        select name, name, shown, 'a ' || shown, shown, '{player,moderator,admin}', 'banned', $1, now() + interval '1 year'
        from (
          select '0' || lpad(number::text, ${NAME_LENGTH - 1}, '0') as name, ${wideNameOf('2000000 + number')} as shown
          from generate_series(1, $2) as number
        ) as named`,
      [wide(200), PAGE + 1],
    );
  }

  async blocks(userId: string, blocked: readonly string[]): Promise<void> {
    await this.sql.query(`insert into blocks (blocker_id, blocked_id) select $1, unnest($2::uuid[])`, [
      userId,
      blocked,
    ]);
  }

  /** The maximum number of characters of an account, in the zone where new characters start, with the maximum of every item. */
  async characters(userId: string, count = CHARACTERS): Promise<string[]> {
    const { rows } = await this.sql.query<{ id: string }>(
      `insert into characters (id, account_id, name, name_key, class, level, experience, health, max_health, attack, defense,
          zone, x, y, facing, walked_until)
        select gen_random_uuid(), $1, $2 || number, gen_random_uuid()::text, 'warrior', 100, 495000, 1308, 1308, 130, 109,
          'starting_village', 100, 100, 3.14159, now() - interval '1 minute'
        from generate_series(1, $3::int) as number returning id`,
      [userId, wide(19), count],
    );
    const ids = rows.map(({ id }) => id);
    await this.sql.query(
      `insert into inventory_items (character_id, item_id, count)
        select character_id, item_id, $3 from unnest($1::uuid[]) as character_id, unnest($2::text[]) as item_id`,
      [ids, Object.keys(ITEMS), MAX_ITEM_COUNT],
    );
    return ids;
  }

  /** MAX_NOTIFICATIONS_PER_USER notifications, each as large as this server writes them. */
  async notifications(userId: string): Promise<void> {
    const from = { userId: randomUUID(), characterId: randomUUID(), name: wide(20) };
    await this.sql.query(
      `insert into notifications (user_id, kind, title, body, data, key, count, created_at, expires_at)
        select $1, 'conversation', $2, $3, $4, 'key ' || number, 1000000, now(), now() + interval '30 days'
        from generate_series(1, $5::int) as number`,
      [
        userId,
        `Messages in ${wide(100)}`,
        `${wide(140)}…`,
        JSON.stringify({ channel: 'global', messageId: '9'.repeat(18), from }),
        MAX_NOTIFICATIONS_PER_USER,
      ],
    );
  }

  /** A group with the longest title. The first member is its admin; all others have muted it, so that none is notified. */
  async group(memberIds: readonly string[]): Promise<string> {
    const [group = ''] = await this.groups(memberIds, 1);
    return group;
  }

  async groups(memberIds: readonly string[], count: number): Promise<string[]> {
    // In one transaction: the retention job of the start would delete groups that have no members yet.
    await this.sql.query('begin');
    const { rows } = await this.sql.query<{ id: string }>(
      `insert into conversations (kind, title) select 'group', $1 from generate_series(1, $2::int) returning id`,
      [wide(100), count],
    );
    const ids = rows.map(({ id }) => id);
    const heads = `insert into conversation_heads (conversation_id, head, published, last_message_at)
      select unnest($1::uuid[]), 1, 1, now()`;
    await this.sql.query(heads, [ids]);
    await this.sql.query(
      `insert into conversation_log (conversation_id, seq, type, actor_id, at, facts)
        select unnest($1::uuid[]), 1, 'conversation:created', $2, now(), '{"kind": "group"}'`,
      [ids, memberIds[0]],
    );
    await this.sql.query(
      `insert into conversation_members (conversation_id, user_id, role, joined_seq, read_seq, delivered_seq, muted)
        select group_id, user_id, case when user_id = $3 then 'admin' else 'member' end, 1, 1, 1, user_id <> $3
        from unnest($1::uuid[]) as group_id, unnest($2::uuid[]) as user_id`,
      [ids, memberIds, memberIds[0]],
    );
    await this.sql.query('commit');
    return ids;
  }

  /** Messages of maximum length. @returns their ids, the oldest first. */
  async messages(conversationId: string, senderId: string, count = MESSAGES): Promise<string[]> {
    const { rows } = await this.sql.query<{ id: string }>(
      `with head as (
        update conversation_heads set head = head + $4, published = head + $4, last_message_at = now()
        where conversation_id = $1 returning head - $4 as before
      )
      insert into conversation_log (conversation_id, seq, type, id, actor_id, at, temp_id, content)
        select $1, before + number, 'message:new', gen_random_uuid(), $2, now(), lpad(number::text, 128, 't'),
          case when number > $5 then $3 else $6 end
        from head, generate_series(1, $4::int) as number order by number returning id`,
      [conversationId, senderId, wide(CONTENT_LENGTH), count, OF_UNITS, WIDE_UNIT.repeat(CONTENT_LENGTH)],
    );
    return rows.map(({ id }) => id);
  }

  /** One reaction of maximum length for each of these users. */
  async reactions(conversationId: string, messageId: string, userIds: readonly string[]): Promise<void> {
    await this.sql.query(
      `insert into conversation_reactions (id, conversation_id, message_seq, user_id, emoji, seq)
        select gen_random_uuid(), $1, entry.seq, user_id, $4, 1
        from unnest($3::uuid[]) as user_id, conversation_log as entry where entry.id = $2`,
      [conversationId, messageId, userIds, wide(32)],
    );
  }

  /** More than a page of global chat messages. */
  async chat(userId: string): Promise<void> {
    await this.sql.query(
      `insert into chat_messages (channel, scope, from_user, from_character, from_name, text)
        select 'global', '', $1, gen_random_uuid(), $2, $3 from generate_series(1, $4::int)`,
      [userId, wide(20), wide(500), PAGE + 1],
    );
  }

  /** More than a page of audit records. */
  async audit(userId: string): Promise<void> {
    await this.sql.query(
      `insert into admin_audit (actor, actor_name, action, target, details)
        select $1, $2, 'broadcast', $3, $4 from generate_series(1, $5::int)`,
      [
        userId,
        wide(20),
        't'.repeat(64),
        JSON.stringify({ target: 'user', message: wide(1_000), level: 'critical' }),
        PAGE + 1,
      ],
    );
  }

  /** The maximum of sessions, and more than a page of notes of maximum length. */
  async administration(userId: string): Promise<void> {
    await this.sql.query(
      `insert into refresh_tokens (account_id, family_id, token_hash, created_at, expires_at)
        select $1, gen_random_uuid(), gen_random_uuid()::text, now(), now() + interval '30 days'
        from generate_series((select count(*) from refresh_tokens where account_id = $1 and revoked_at is null) + 1, $2)`,
      [userId, MAX_SESSIONS],
    );
    await this.sql.query(
      `insert into user_notes (user_id, author, author_name, text)
        select $1, $1, $2, $3 from generate_series(1, $4::int)`,
      [userId, wide(20), wide(1_000), PAGE + 1],
    );
  }
}
