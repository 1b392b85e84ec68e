/** Keeps the reactions to messages. A message may have thousands: nothing here reads all of them at once. */
import { Injectable } from '@nestjs/common';
import { MAX_SHOWN_REACTIONS, type ReactionCount, type ReactionView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { conversationReactionCounts as counts, conversationReactions as reactions } from './conversations.schema';

type MessagePlace = { readonly conversationId: string; readonly seq: number };

/** What a page of messages shows of the reactions to one of them. */
export interface ShownReactions {
  readonly reactions: ReactionView[];
  /** Of each emoji; null where `reactions` are all. */
  readonly counts: ReactionCount[] | null;
}

/** How many there are already. */
export interface ReactionTotals extends Record<string, unknown> {
  readonly total: number;
  readonly emoji: number;
  /** With the emoji in question. */
  readonly same: number;
  readonly own: number;
}

type Row<Columns> = Columns & { conversationId: string; messageSeq: string } & Record<string, unknown>;

@Injectable()
export class ReactionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * For each message that has some, by `keyOf`: the oldest reactions, and where there are more, those of this user as
   * well and how many there are of each emoji.
   */
  async shown(messages: readonly MessagePlace[], viewerId: string): Promise<Map<string, ShownReactions>> {
    const found = new Map<string, ReactionView[]>();
    for (const { conversationId, messageSeq, id, emoji, userId } of await this.oldest(messages)) {
      const key = keyOf({ conversationId, seq: Number(messageSeq) });
      const known = found.get(key);
      if (known) known.push({ id, emoji, userId });
      else found.set(key, [{ id, emoji, userId }]);
    }
    const shown = new Map<string, ShownReactions>(
      [...found].map(([key, all]) => [key, { reactions: all, counts: null }]),
    );
    const crowded = messages.filter((message) => (found.get(keyOf(message))?.length ?? 0) > MAX_SHOWN_REACTIONS);
    for (const { conversationId, messageSeq, own, emoji } of await this.countsOf(crowded, viewerId)) {
      const key = keyOf({ conversationId, seq: Number(messageSeq) });
      const some = (found.get(key) ?? []).slice(0, MAX_SHOWN_REACTIONS);
      const ids = new Set(some.map(({ id }) => id));
      shown.set(key, { reactions: [...some, ...own.filter(({ id }) => !ids.has(id))], counts: emoji });
    }
    return shown;
  }

  /** The oldest first, after that entry of the log. */
  async page({ conversationId, seq }: MessagePlace, after: number, limit: number) {
    const { id, emoji, userId } = reactions;
    return this.database.db
      .select({ id, emoji, userId, seq: reactions.seq })
      .from(reactions)
      .where(and(here(conversationId, seq), gt(reactions.seq, after)))
      .orderBy(asc(reactions.seq))
      .limit(limit);
  }

  async find({ conversationId, seq }: MessagePlace, id: string) {
    return this.one(and(eq(reactions.id, id), here(conversationId, seq)));
  }

  async findOwn({ conversationId, seq }: MessagePlace, by: { userId: string; emoji: string }) {
    const own = and(eq(reactions.userId, by.userId), eq(reactions.emoji, by.emoji));
    return this.one(and(here(conversationId, seq), own));
  }

  async totals({ conversationId, seq }: MessagePlace, by: { userId: string; emoji: string }): Promise<ReactionTotals> {
    const { rows } = await this.database.db.execute<ReactionTotals>(sql`
      select coalesce(sum(count), 0)::int as total, count(*)::int as emoji,
        coalesce(sum(count) filter (where emoji = ${by.emoji}), 0)::int as same,
        (select count(*)::int from ${reactions} where conversation_id = ${conversationId} and message_seq = ${seq}
          and user_id = ${by.userId}) as own
      from ${counts} where conversation_id = ${conversationId} and message_seq = ${seq}`);
    return rows[0] ?? { total: 0, emoji: 0, same: 0, own: 0 };
  }

  async add(reaction: typeof reactions.$inferInsert): Promise<void> {
    await this.database.db.insert(reactions).values(reaction);
  }

  async remove(id: string): Promise<void> {
    await this.database.db.delete(reactions).where(eq(reactions.id, id));
  }

  /** Removes some of a user's. @returns whether there may be more. */
  async forgetSome(userId: string, limit: number): Promise<boolean> {
    const some = this.database.db
      .select({ id: reactions.id })
      .from(reactions)
      .where(eq(reactions.userId, userId))
      .limit(limit);
    const removed = await this.database.db
      .delete(reactions)
      .where(inArray(reactions.id, some))
      .returning({ id: reactions.id });
    return removed.length === limit;
  }

  /** One more than is shown tells that there are more. */
  private async oldest(messages: readonly MessagePlace[]): Promise<Row<ReactionView>[]> {
    if (messages.length === 0) return [];
    const { rows } = await this.database.db.execute<Row<ReactionView>>(sql`
      select oldest.* from ${given(messages)} cross join lateral (
        select conversation_id as "conversationId", message_seq as "messageSeq", id, emoji, user_id as "userId"
        from ${reactions} as reaction
        where reaction.conversation_id = given.conversation_id and reaction.message_seq = given.seq
        order by reaction.seq limit ${MAX_SHOWN_REACTIONS + 1}
      ) as oldest`);
    return rows;
  }

  private async countsOf(messages: readonly MessagePlace[], viewerId: string) {
    if (messages.length === 0) return [];
    const { rows } = await this.database.db.execute<Row<{ own: ReactionView[]; emoji: ReactionCount[] }>>(sql`
      select given.conversation_id as "conversationId", given.seq as "messageSeq",
        array(select jsonb_build_object('id', id, 'emoji', emoji, 'userId', user_id) from ${reactions} as reaction
          where reaction.conversation_id = given.conversation_id and reaction.message_seq = given.seq
            and reaction.user_id = ${viewerId} order by reaction.seq) as own,
        array(select jsonb_build_object('emoji', emoji, 'count', count) from ${counts} as counted
          where counted.conversation_id = given.conversation_id and counted.message_seq = given.seq
          order by count desc, emoji) as emoji
      from ${given(messages)}`);
    return rows;
  }

  private async one(where: ReturnType<typeof and>) {
    const { id, userId, seq } = reactions;
    const [row] = await this.database.db.select({ id, userId, seq }).from(reactions).where(where);
    return row ?? null;
  }
}

/** Tells messages of several conversations apart. */
export const keyOf = ({ conversationId, seq }: MessagePlace): string => `${conversationId} ${seq}`;

const here = (conversationId: string, seq: number) =>
  and(eq(reactions.conversationId, conversationId), eq(reactions.messageSeq, seq));

function given(messages: readonly MessagePlace[]) {
  const ids = sql.param(messages.map(({ conversationId }) => conversationId));
  const seqs = sql.param(messages.map(({ seq }) => seq));
  return sql`unnest(${ids}::uuid[], ${seqs}::bigint[]) as given (conversation_id, seq)`;
}
