/** Stores the reactions to messages. A message may have thousands, so no query reads all of them. */
import { Injectable } from '@nestjs/common';
import { MAX_SHOWN_REACTIONS, type ReactionCount, type ReactionView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { conversationReactionCounts as counts, conversationReactions as reactions } from '../conversations.schema';

type MessageKey = { readonly conversationId: string; readonly seq: number };

/** The reactions to one message as a page of messages shows them. */
export interface ShownReactions {
  readonly reactions: ReactionView[];
  /** Totals per emoji; null if `reactions` is complete. */
  readonly counts: ReactionCount[] | null;
}

/** The reactions that a message has so far: in total, and as different emoji. */
export interface ReactionTotals extends Record<string, unknown> {
  readonly total: number;
  readonly emoji: number;
  /** Reactions with the given emoji; `own`: reactions of the given user. */
  readonly same: number;
  readonly own: number;
}

type ReactionRow<Columns> = Columns & { conversationId: string; messageSeq: string } & Record<string, unknown>;

@Injectable()
export class ReactionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * By `messageKeyOf`, for each message with reactions: the oldest ones. If there are more than the page shows, also the
   * viewer's own and the totals per emoji.
   */
  async findShown(messages: readonly MessageKey[], viewerId: string): Promise<Map<string, ShownReactions>> {
    const found = new Map<string, ReactionView[]>();
    for (const { conversationId, messageSeq, id, emoji, userId } of await this.findOldest(messages)) {
      const key = messageKeyOf({ conversationId, seq: Number(messageSeq) });
      const reactionsSoFar = found.get(key);
      if (reactionsSoFar) reactionsSoFar.push({ id, emoji, userId });
      else found.set(key, [{ id, emoji, userId }]);
    }
    const shown = new Map<string, ShownReactions>(
      [...found].map(([key, all]) => [key, { reactions: all, counts: null }]),
    );
    const withMore = messages.filter(
      (message) => (found.get(messageKeyOf(message))?.length ?? 0) > MAX_SHOWN_REACTIONS,
    );
    for (const { conversationId, messageSeq, own, emoji } of await this.countsOf(withMore, viewerId)) {
      const key = messageKeyOf({ conversationId, seq: Number(messageSeq) });
      const oldest = (found.get(key) ?? []).slice(0, MAX_SHOWN_REACTIONS);
      const ids = new Set(oldest.map(({ id }) => id));
      shown.set(key, { reactions: [...oldest, ...own.filter(({ id }) => !ids.has(id))], counts: emoji });
    }
    return shown;
  }

  /** The reactions added after the log entry `after`, the oldest first. */
  async page({ conversationId, seq }: MessageKey, after: number, limit: number) {
    const { id, emoji, userId } = reactions;
    return this.database.db
      .select({ id, emoji, userId, seq: reactions.seq })
      .from(reactions)
      .where(and(isOfMessage(conversationId, seq), gt(reactions.seq, after)))
      .orderBy(asc(reactions.seq))
      .limit(limit);
  }

  async find({ conversationId, seq }: MessageKey, id: string) {
    return this.findOne(and(eq(reactions.id, id), isOfMessage(conversationId, seq)));
  }

  async findOwn({ conversationId, seq }: MessageKey, by: { userId: string; emoji: string }) {
    const own = and(eq(reactions.userId, by.userId), eq(reactions.emoji, by.emoji));
    return this.findOne(and(isOfMessage(conversationId, seq), own));
  }

  async countTotals(
    { conversationId, seq }: MessageKey,
    by: { userId: string; emoji: string },
  ): Promise<ReactionTotals> {
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

  /** Deletes up to `limit` reactions of a user. @returns whether there may be more. */
  async deleteSome(userId: string, limit: number): Promise<boolean> {
    const batch = this.database.db
      .select({ id: reactions.id })
      .from(reactions)
      .where(eq(reactions.userId, userId))
      .limit(limit);
    const removed = await this.database.db
      .delete(reactions)
      .where(inArray(reactions.id, batch))
      .returning({ id: reactions.id });
    return removed.length === limit;
  }

  /** Reads one more than a page shows, to detect that there are more. */
  private async findOldest(messages: readonly MessageKey[]): Promise<ReactionRow<ReactionView>[]> {
    if (messages.length === 0) return [];
    const { rows } = await this.database.db.execute<ReactionRow<ReactionView>>(sql`
      select oldest.* from ${messageList(messages)} cross join lateral (
        select conversation_id as "conversationId", message_seq as "messageSeq", id, emoji, user_id as "userId"
        from ${reactions} as reaction
        where reaction.conversation_id = given.conversation_id and reaction.message_seq = given.seq
        order by reaction.seq limit ${MAX_SHOWN_REACTIONS + 1}
      ) as oldest`);
    return rows;
  }

  private async countsOf(messages: readonly MessageKey[], viewerId: string) {
    if (messages.length === 0) return [];
    const { rows } = await this.database.db.execute<ReactionRow<{ own: ReactionView[]; emoji: ReactionCount[] }>>(sql`
      select given.conversation_id as "conversationId", given.seq as "messageSeq",
        array(select jsonb_build_object('id', id, 'emoji', emoji, 'userId', user_id) from ${reactions} as reaction
          where reaction.conversation_id = given.conversation_id and reaction.message_seq = given.seq
            and reaction.user_id = ${viewerId} order by reaction.seq) as own,
        array(select jsonb_build_object('emoji', emoji, 'count', count) from ${counts} as counted
          where counted.conversation_id = given.conversation_id and counted.message_seq = given.seq
          order by count desc, emoji) as emoji
      from ${messageList(messages)}`);
    return rows;
  }

  private async findOne(where: ReturnType<typeof and>) {
    const { id, userId, seq } = reactions;
    const [row] = await this.database.db.select({ id, userId, seq }).from(reactions).where(where);
    return row ?? null;
  }
}

/** A key that is unique across conversations. */
export const messageKeyOf = ({ conversationId, seq }: MessageKey): string => `${conversationId} ${seq}`;

const isOfMessage = (conversationId: string, seq: number) =>
  and(eq(reactions.conversationId, conversationId), eq(reactions.messageSeq, seq));

function messageList(messages: readonly MessageKey[]) {
  const ids = sql.param(messages.map(({ conversationId }) => conversationId));
  const seqs = sql.param(messages.map(({ seq }) => seq));
  return sql`unnest(${ids}::uuid[], ${seqs}::bigint[]) as given (conversation_id, seq)`;
}
