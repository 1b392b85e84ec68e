/** Keeps who is in which conversation, with which role, and how far they have read. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';
import { Database, type Placeholders, prepared, statement } from '@aeturnis/platform';
import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { conversationHeads as heads, conversationMembers as members, conversations } from './conversations.schema';

export interface Membership {
  readonly conversationId: string;
  readonly userId: string;
  readonly role: ConversationRole;
  readonly joinedSeq: number;
  /** Null while the user is a member. */
  readonly leftSeq: number | null;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly muted: boolean;
  /** Takes one of the places that the user has. */
  readonly counted: boolean;
}

export interface NewMember {
  readonly userId: string;
  readonly role: ConversationRole;
  readonly seq: number;
  /** Whether it takes one of the places of the user: yes where that is not said. */
  readonly counted?: boolean;
}

/** `unseen`: the user has never known of it. Others were shown once, and quit since or given up for newer ones. */
export type Hidden = 'any' | 'unseen';

export type Watermark = 'readSeq' | 'deliveredSeq';

@Injectable()
export class MembersRepository {
  constructor(private readonly database: Database) {}

  /** Also of somebody who has gone; null for one who never was there, or does not know it, and where there is none. */
  async find(conversationId: string, userId: string): Promise<(Membership & { kind: ConversationKind }) | null> {
    const [row] = await this.database.db
      .select({ member: members, kind: conversations.kind })
      .from(members)
      .innerJoin(conversations, eq(conversations.id, members.conversationId))
      .where(and(one(conversationId, userId), isKnown));
    return row ? { ...row.member, kind: row.kind } : null;
  }

  /** Of one user in several conversations, whether still or no more. */
  async findMany(userId: string, conversationIds: readonly string[]): Promise<Membership[]> {
    const ofThese = inArray(members.conversationId, [...conversationIds]);
    return this.database.db
      .select()
      .from(members)
      .where(and(eq(members.userId, userId), ofThese, isKnown));
  }

  /** Who is there now; who came first, first. */
  async current(conversationId: string): Promise<Membership[]> {
    return this.database.db
      .select()
      .from(members)
      .where(and(eq(members.conversationId, conversationId), isNull(members.leftSeq)))
      .orderBy(asc(members.joinedSeq), asc(members.userId));
  }

  /**
   * Both members of a direct conversation, as the other one sees them. A member from whom the conversation is hidden is listed
   * like one who does not read. A member whose account was deleted is left out.
   */
  async ofDirect(conversationId: string): Promise<Membership[]> {
    const rows = await this.database.db
      .select()
      .from(members)
      .where(and(eq(members.conversationId, conversationId), isMemberToOthers))
      .orderBy(asc(members.userId));
    return rows.map(({ readSeq, deliveredSeq, ...row }) => ({
      ...row,
      readSeq: Math.max(readSeq, FIRST_SEQ),
      deliveredSeq: Math.max(deliveredSeq, FIRST_SEQ),
    }));
  }

  /** Which of these users are there now. */
  async among(conversationId: string, userIds: readonly string[]): Promise<Set<string>> {
    const { userId } = members;
    const ofThese = and(eq(members.conversationId, conversationId), inArray(userId, [...userIds]));
    const rows = await this.database.db
      .select({ userId })
      .from(members)
      .where(and(ofThese, isNull(members.leftSeq)));
    return new Set(rows.map((row) => row.userId));
  }

  /** With those who do not know of it: to the others they look like members who stay away. */
  async count(conversationId: string): Promise<number> {
    return this.database.db.$count(members, and(eq(members.conversationId, conversationId), isMemberToOthers));
  }

  /** The conversations a user is in. */
  async conversationsOf(userId: string): Promise<string[]> {
    const rows = await CONVERSATIONS(this.database.db, { userId });
    return rows.map((row) => row.conversationId);
  }

  /** Also those that a user has left. */
  async everOf(userId: string): Promise<string[]> {
    const { conversationId } = members;
    const rows = await this.database.db.select({ conversationId }).from(members).where(eq(members.userId, userId));
    return rows.map((row) => row.conversationId);
  }

  /** Users come, or come back, by an entry; what was there before does not count as unread. */
  async add(conversationId: string, coming: readonly NewMember[]): Promise<void> {
    const rows = coming.map(({ userId, role, seq, counted = true }) => ({
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

  /** Puts somebody into a conversation who is not to know of it: a member for the others, and a stranger to it until `reveal`. */
  async addUnknowing(conversationId: string, userId: string): Promise<void> {
    const seqs = { joinedSeq: UNKNOWN, leftSeq: UNKNOWN, readSeq: UNKNOWN, deliveredSeq: UNKNOWN };
    await this.database.db.insert(members).values({ conversationId, userId, role: 'member', counted: false, ...seqs });
  }

  /** Whether a direct conversation of this pair is hidden from the user. */
  async isHidden(pair: string, userId: string, which: Hidden = 'any'): Promise<boolean> {
    return (await this.database.db.$count(members, hiddenFrom(pair, userId, which))) > 0;
  }

  /** Shows a hidden direct conversation; null where there is none. What was said before does not count as unread. */
  async reveal(pair: string, userId: string, counted: boolean, which: Hidden = 'any'): Promise<string | null> {
    const head = sql`(select head from ${heads} where ${heads.conversationId} = ${members.conversationId})`;
    const [row] = await this.database.db
      .update(members)
      .set({ leftSeq: null, joinedSeq: FIRST_SEQ, readSeq: head, deliveredSeq: head, counted })
      .where(hiddenFrom(pair, userId, which))
      .returning({ conversationId: members.conversationId });
    return row?.conversationId ?? null;
  }

  async leave(conversationId: string, userId: string, seq: number): Promise<void> {
    await this.database.db.update(members).set({ leftSeq: seq }).where(one(conversationId, userId));
  }

  async setRole(conversationId: string, userId: string, role: ConversationRole): Promise<void> {
    await this.database.db.update(members).set({ role }).where(one(conversationId, userId));
  }

  async setMuted(conversationId: string, userId: string, muted: boolean): Promise<void> {
    await this.database.db.update(members).set({ muted }).where(one(conversationId, userId));
  }

  /**
   * Moves watermarks of a member forward, never back. What is read has been delivered.
   * @returns where the watermark stood and stands; null for somebody who is no member (any more).
   */
  async advance(
    conversationId: string,
    userId: string,
    watermark: Watermark,
    seq: number,
  ): Promise<{ from: number; to: number } | null> {
    const [row] = await ADVANCE[watermark](this.database.db, { conversationId, userId, seq });
    return row ? { from: Number(row.from), to: Math.max(Number(row.from), seq) } : null;
  }

  /** Removes what is known of a user who is in no conversation any more. */
  async forget(userId: string): Promise<void> {
    await this.database.db.delete(members).where(eq(members.userId, userId));
  }
}

const CONVERSATIONS = prepared((db, { userId }: Placeholders<{ userId: string }>) =>
  db
    .select({ conversationId: members.conversationId })
    .from(members)
    .where(and(eq(members.userId, userId), isNull(members.leftSeq)))
    .orderBy(asc(members.conversationId)),
);

/** The `leftSeq` of a member who does not know of the conversation: no entry has this number. */
const UNKNOWN = 0;
/** The entry by which a direct conversation begins: both have read it. */
const FIRST_SEQ = 1;
const isKnown = sql`${members.leftSeq} is distinct from ${sql.raw(String(UNKNOWN))}`;

const isMemberToOthers = or(isNull(members.leftSeq), eq(members.leftSeq, UNKNOWN));

const hiddenFrom = (pair: string, userId: string, which: Hidden) =>
  and(
    eq(members.userId, userId),
    eq(members.leftSeq, UNKNOWN),
    which === 'unseen' ? eq(members.joinedSeq, UNKNOWN) : undefined,
    sql`${members.conversationId} = (select id from ${conversations} where ${conversations.pair} = ${pair})`,
  );

const one = (conversationId: string, userId: string) =>
  and(eq(members.conversationId, conversationId), eq(members.userId, userId));

const value = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;

/** In one statement: the row is locked before it is looked at. */
function advancing(name: string, watermark: Watermark) {
  const column = (key: Watermark) => sql.identifier(members[key].name);
  const here = sql`conversation_id = ${value('conversationId', 'uuid')} and user_id = ${value('userId', 'uuid')}`;
  const delivered = sql`${column('deliveredSeq')} = greatest(${column('deliveredSeq')}, ${value('seq', 'bigint')})`;
  return statement<{ conversationId: string; userId: string; seq: number }, { from: string }>(
    name,
    sql`
    with before as (
      select ${column(watermark)} as seq from ${members} where ${here} and left_seq is null for no key update
    ), moved as (
      update ${members} set ${column(watermark)} = ${value('seq', 'bigint')}${watermark === 'readSeq' ? sql`, ${delivered}` : sql``}
      where ${here} and (select seq from before) < ${value('seq', 'bigint')}
    )
    select seq as "from" from before`,
  );
}

const ADVANCE = {
  readSeq: advancing('conversation_read', 'readSeq'),
  deliveredSeq: advancing('conversation_delivered', 'deliveredSeq'),
};
