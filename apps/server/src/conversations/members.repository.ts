/** Keeps who is in which conversation, with which role, and how far they have read. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { conversationMembers as members, conversations } from './conversations.schema';

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
}

export type Watermark = 'readSeq' | 'deliveredSeq';

@Injectable()
export class MembersRepository {
  constructor(private readonly database: Database) {}

  /** Also of somebody who has gone; null for one who never was there, and where there is no such conversation. */
  async find(conversationId: string, userId: string): Promise<(Membership & { kind: ConversationKind }) | null> {
    const [row] = await this.database.db
      .select({ member: members, kind: conversations.kind })
      .from(members)
      .innerJoin(conversations, eq(conversations.id, members.conversationId))
      .where(and(eq(members.conversationId, conversationId), eq(members.userId, userId)));
    return row ? { ...row.member, kind: row.kind } : null;
  }

  /** Of one user in several conversations, whether still or no more. */
  async findMany(userId: string, conversationIds: readonly string[]): Promise<Membership[]> {
    const ofThese = inArray(members.conversationId, [...conversationIds]);
    return this.database.db
      .select()
      .from(members)
      .where(and(eq(members.userId, userId), ofThese));
  }

  /** Who is there now; who came first, first. */
  async current(conversationId: string): Promise<Membership[]> {
    return this.database.db
      .select()
      .from(members)
      .where(and(eq(members.conversationId, conversationId), isNull(members.leftSeq)))
      .orderBy(asc(members.joinedSeq), asc(members.userId));
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

  async count(conversationId: string): Promise<number> {
    return this.database.db.$count(members, and(eq(members.conversationId, conversationId), isNull(members.leftSeq)));
  }

  /** The conversations a user is in. */
  async conversationsOf(userId: string): Promise<string[]> {
    const { conversationId } = members;
    const rows = await this.database.db
      .select({ conversationId })
      .from(members)
      .where(and(eq(members.userId, userId), isNull(members.leftSeq)))
      .orderBy(asc(conversationId));
    return rows.map((row) => row.conversationId);
  }

  /** Also those that a user has left. */
  async everOf(userId: string): Promise<string[]> {
    const { conversationId } = members;
    const rows = await this.database.db.select({ conversationId }).from(members).where(eq(members.userId, userId));
    return rows.map((row) => row.conversationId);
  }

  /** Users come, or come back, each by an entry of its own; what was there before does not count as unread. */
  async add(conversationId: string, coming: readonly { userId: string; role: ConversationRole; seq: number }[]) {
    const rows = coming.map(({ userId, role, seq }) => ({
      conversationId,
      userId,
      role,
      joinedSeq: seq,
      readSeq: seq,
      deliveredSeq: seq,
    }));
    const { role, joinedSeq, readSeq, deliveredSeq } = members;
    const set = {
      leftSeq: null,
      role: sql`excluded.${sql.identifier(role.name)}`,
      joinedSeq: sql`excluded.${sql.identifier(joinedSeq.name)}`,
      readSeq: sql`excluded.${sql.identifier(readSeq.name)}`,
      deliveredSeq: sql`excluded.${sql.identifier(deliveredSeq.name)}`,
    };
    const target = [members.conversationId, members.userId];
    await this.database.db.insert(members).values(rows).onConflictDoUpdate({ target, set });
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
   * Moves watermarks of a member forward, never back. What is read has been delivered. Call it inside a transaction.
   * @returns where the watermark stood and stands; null for somebody who is no member (any more).
   */
  async advance(
    conversationId: string,
    userId: string,
    watermark: Watermark,
    seq: number,
  ): Promise<{ from: number; to: number } | null> {
    const { db } = this.database;
    const here = and(one(conversationId, userId), isNull(members.leftSeq));
    const [before] = await db.select({ seq: members[watermark] }).from(members).where(here).for('no key update');
    if (!before) return null;
    if (before.seq >= seq) return { from: before.seq, to: before.seq };
    const delivered = sql`greatest(${members.deliveredSeq}, ${seq})`;
    await db
      .update(members)
      .set(watermark === 'readSeq' ? { readSeq: seq, deliveredSeq: delivered } : { deliveredSeq: seq })
      .where(here);
    return { from: before.seq, to: seq };
  }

  /** Removes what is known of a user who is in no conversation any more. */
  async forget(userId: string): Promise<void> {
    await this.database.db.delete(members).where(eq(members.userId, userId));
  }
}

const one = (conversationId: string, userId: string) =>
  and(eq(members.conversationId, conversationId), eq(members.userId, userId));
