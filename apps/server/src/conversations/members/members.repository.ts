/** Stores the members of conversations, with their roles and watermarks. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';
import { Database, type Placeholders, cachedQuery, placeholder, preparedStatement } from '@aeturnis/platform';
import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { conversationHeads as heads, conversationMembers as members, conversations } from '../conversations.schema';

export interface ConversationMembership {
  readonly conversationId: string;
  readonly userId: string;
  readonly role: ConversationRole;
  readonly joinedSeq: number;
  /** Null while the user is a member. */
  readonly leftSeq: number | null;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly muted: boolean;
  /** Whether the conversation counts towards the user's limit. */
  readonly counted: boolean;
}

export interface NewConversationMember {
  readonly userId: string;
  readonly role: ConversationRole;
  readonly seq: number;
  /** Whether the conversation counts towards the user's limit; true by default. */
  readonly counted?: boolean;
}

/** `unseen`: the user has never seen it. Other hidden ones were visible once, and then quit or hidden by the request limit. */
export type HiddenScope = 'any' | 'unseen';

export type WatermarkColumn = 'readSeq' | 'deliveredSeq';

@Injectable()
export class MembersRepository {
  constructor(private readonly database: Database) {}

  /** Also finds former members. Null if the user never was a member, or the conversation is hidden or does not exist. */
  async find(
    conversationId: string,
    userId: string,
  ): Promise<(ConversationMembership & { kind: ConversationKind }) | null> {
    const [row] = await this.database.db
      .select({ member: members, kind: conversations.kind })
      .from(members)
      .innerJoin(conversations, eq(conversations.id, members.conversationId))
      .where(and(isMembership(conversationId, userId), isVisibleToUser));
    return row ? { ...row.member, kind: row.kind } : null;
  }

  /** The current and former memberships of a user in these conversations. */
  async findMany(userId: string, conversationIds: readonly string[]): Promise<ConversationMembership[]> {
    const isGiven = inArray(members.conversationId, [...conversationIds]);
    return this.database.db
      .select()
      .from(members)
      .where(and(eq(members.userId, userId), isGiven, isVisibleToUser));
  }

  /** The current members, the longest-standing first. */
  async currentMembers(conversationId: string): Promise<ConversationMembership[]> {
    return this.database.db
      .select()
      .from(members)
      .where(and(eq(members.conversationId, conversationId), isNull(members.leftSeq)))
      .orderBy(asc(members.joinedSeq), asc(members.userId));
  }

  /**
   * Both members of a direct conversation, as the partner sees them. A member from whom the conversation is hidden looks like
   * a member that does not read. A member whose account was deleted is left out.
   */
  async directMembers(conversationId: string): Promise<ConversationMembership[]> {
    const rows = await this.database.db
      .select()
      .from(members)
      .where(and(eq(members.conversationId, conversationId), isVisibleToOthers))
      .orderBy(asc(members.userId));
    return rows.map(({ readSeq, deliveredSeq, ...row }) => ({
      ...row,
      readSeq: Math.max(readSeq, FIRST_SEQ),
      deliveredSeq: Math.max(deliveredSeq, FIRST_SEQ),
    }));
  }

  /** The users among these that are members now. */
  async memberIdsAmong(conversationId: string, userIds: readonly string[]): Promise<Set<string>> {
    const { userId } = members;
    const isGiven = and(eq(members.conversationId, conversationId), inArray(userId, [...userIds]));
    const rows = await this.database.db
      .select({ userId })
      .from(members)
      .where(and(isGiven, isNull(members.leftSeq)));
    return new Set(rows.map((row) => row.userId));
  }

  /** Includes members from whom the conversation is hidden: to the others they look like inactive members. */
  async countVisibleMembers(conversationId: string): Promise<number> {
    return this.database.db.$count(members, and(eq(members.conversationId, conversationId), isVisibleToOthers));
  }

  /** The conversations with the user as a current member. */
  async conversationsOf(userId: string): Promise<string[]> {
    const rows = await CONVERSATIONS_OF_USER(this.database.db, { userId });
    return rows.map((row) => row.conversationId);
  }

  /** Adds users, or makes former members current again. Entries before the joining one do not count as unread. */
  async addOrRejoin(conversationId: string, newMembers: readonly NewConversationMember[]): Promise<void> {
    const rows = newMembers.map(({ userId, role, seq, counted = true }) => ({
      conversationId,
      userId,
      role,
      counted,
      joinedSeq: seq,
      readSeq: seq,
      deliveredSeq: seq,
    }));
    const { role, joinedSeq, readSeq, deliveredSeq, counted } = members;
    const set = {
      leftSeq: null,
      role: sql`excluded.${sql.identifier(role.name)}`,
      joinedSeq: sql`excluded.${sql.identifier(joinedSeq.name)}`,
      readSeq: sql`excluded.${sql.identifier(readSeq.name)}`,
      deliveredSeq: sql`excluded.${sql.identifier(deliveredSeq.name)}`,
      counted: sql`excluded.${sql.identifier(counted.name)}`,
    };
    const target = [members.conversationId, members.userId];
    await this.database.db.insert(members).values(rows).onConflictDoUpdate({ target, set });
  }

  /** Adds a member from whom the conversation is hidden until `reveal`. The other members see a normal member. */
  async addHidden(conversationId: string, userId: string): Promise<void> {
    const seqs = { joinedSeq: HIDDEN_SEQ, leftSeq: HIDDEN_SEQ, readSeq: HIDDEN_SEQ, deliveredSeq: HIDDEN_SEQ };
    await this.database.db.insert(members).values({ conversationId, userId, role: 'member', counted: false, ...seqs });
  }

  /** Hides direct conversations from the user until `reveal`. */
  async hide(userId: string, conversationIds: readonly string[]): Promise<void> {
    const isGiven = and(eq(members.userId, userId), inArray(members.conversationId, [...conversationIds]));
    await this.database.db
      .update(members)
      .set({ leftSeq: HIDDEN_SEQ, counted: false })
      .where(and(isGiven, isNull(members.leftSeq)));
  }

  /** Whether a direct conversation of this pair is hidden from the user. */
  async isHidden(pair: string, userId: string, which: HiddenScope = 'any'): Promise<boolean> {
    return (await this.database.db.$count(members, isHiddenFrom(pair, userId, which))) > 0;
  }

  /** Reveals a hidden direct conversation; null if there is none. Earlier messages do not count as unread. */
  async reveal(pair: string, userId: string, counted: boolean, which: HiddenScope = 'any'): Promise<string | null> {
    const head = sql`(select head from ${heads} where ${heads.conversationId} = ${members.conversationId})`;
    const [row] = await this.database.db
      .update(members)
      .set({ leftSeq: null, joinedSeq: FIRST_SEQ, readSeq: head, deliveredSeq: head, counted })
      .where(isHiddenFrom(pair, userId, which))
      .returning({ conversationId: members.conversationId });
    return row?.conversationId ?? null;
  }

  async markLeft(conversationId: string, userId: string, seq: number): Promise<void> {
    await this.database.db.update(members).set({ leftSeq: seq }).where(isMembership(conversationId, userId));
  }

  async setRole(conversationId: string, userId: string, role: ConversationRole): Promise<void> {
    await this.database.db.update(members).set({ role }).where(isMembership(conversationId, userId));
  }

  async setMuted(conversationId: string, userId: string, muted: boolean): Promise<void> {
    await this.database.db.update(members).set({ muted }).where(isMembership(conversationId, userId));
  }

  /**
   * Moves a watermark of a member forward, never back. The read watermark takes the delivered one with it.
   * @returns the old and the new value; null if the user is no member.
   */
  async advanceWatermark(
    conversationId: string,
    userId: string,
    watermark: WatermarkColumn,
    seq: number,
  ): Promise<{ from: number; to: number } | null> {
    const [row] = await ADVANCE_STATEMENTS[watermark](this.database.db, { conversationId, userId, seq });
    return row ? { from: Number(row.from), to: Math.max(Number(row.from), seq) } : null;
  }

  /** Deletes all membership rows of a user that has left every conversation. */
  async deleteAllOf(userId: string): Promise<void> {
    await this.database.db.delete(members).where(eq(members.userId, userId));
  }
}

const CONVERSATIONS_OF_USER = cachedQuery((db, { userId }: Placeholders<{ userId: string }>) =>
  db
    .select({ conversationId: members.conversationId })
    .from(members)
    .where(and(eq(members.userId, userId), isNull(members.leftSeq)))
    .orderBy(asc(members.conversationId)),
);

/** The `leftSeq` of a member from whom the conversation is hidden: no entry has this number. */
const HIDDEN_SEQ = 0;
/** The first entry of a direct conversation. It counts as read by both members. */
const FIRST_SEQ = 1;
const isVisibleToUser = sql`${members.leftSeq} is distinct from ${sql.raw(String(HIDDEN_SEQ))}`;

const isVisibleToOthers = or(isNull(members.leftSeq), eq(members.leftSeq, HIDDEN_SEQ));

const isHiddenFrom = (pair: string, userId: string, which: HiddenScope) =>
  and(
    eq(members.userId, userId),
    eq(members.leftSeq, HIDDEN_SEQ),
    which === 'unseen' ? eq(members.joinedSeq, HIDDEN_SEQ) : undefined,
    sql`${members.conversationId} = (select id from ${conversations} where ${conversations.pair} = ${pair})`,
  );

const isMembership = (conversationId: string, userId: string) =>
  and(eq(members.conversationId, conversationId), eq(members.userId, userId));

/** One statement that locks the row before it compares the watermark, so that concurrent calls see each other. */
function advanceStatement(name: string, watermark: WatermarkColumn) {
  const column = (key: WatermarkColumn) => sql.identifier(members[key].name);
  const isTarget = sql`conversation_id = ${placeholder('conversationId', 'uuid')} and user_id = ${placeholder('userId', 'uuid')}`;
  const delivered = sql`${column('deliveredSeq')} = greatest(${column('deliveredSeq')}, ${placeholder('seq', 'bigint')})`;
  return preparedStatement<{ conversationId: string; userId: string; seq: number }, { from: string }>(
    name,
    sql`
    with before as (
      select ${column(watermark)} as seq from ${members} where ${isTarget} and left_seq is null for no key update
    ), moved as (
      update ${members} set ${column(watermark)} = ${placeholder('seq', 'bigint')}${watermark === 'readSeq' ? sql`, ${delivered}` : sql``}
      where ${isTarget} and (select seq from before) < ${placeholder('seq', 'bigint')}
    )
    select seq as "from" from before`,
  );
}

const ADVANCE_STATEMENTS = {
  readSeq: advanceStatement('conversation_read', 'readSeq'),
  deliveredSeq: advanceStatement('conversation_delivered', 'deliveredSeq'),
};
