/** Keeps conversations as such: begins and names them, and tells what one of their members sees of them. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, desc, eq, inArray, isNull, notInArray, sql } from 'drizzle-orm';
import {
  conversationHeads as heads,
  conversationLog as log,
  conversationMembers as members,
  conversations,
} from './conversations.schema';

export interface Conversation {
  readonly id: string;
  readonly kind: ConversationKind;
  readonly title: string | null;
  /** Of a direct one. */
  readonly pair: string | null;
  readonly createdAt: Date;
}

/** Who looks at it, and whom that user has blocked: what these say does not count as unread. */
export interface Viewer {
  readonly userId: string;
  readonly blocking: ReadonlySet<string>;
}

/** As one of its members sees it. */
export interface OwnConversation extends Conversation {
  readonly head: number;
  readonly lastMessageAt: Date | null;
  readonly role: ConversationRole;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly muted: boolean;
  readonly unread: number;
}

/** After the conversation whose latest message is of that time and that has this id. */
export interface ListPlace {
  readonly at: Date;
  readonly id: string;
}

const LATEST = sql<string>`coalesce(${heads.lastMessageAt}, ${conversations.createdAt})`;

// Read when it is asked for: what is counted anew cannot drift.
const unread = (blocking: ReadonlySet<string>) => sql<number>`(
  select count(*)::int from ${log} where ${log.conversationId} = ${members.conversationId}
    and ${log.seq} > ${members.readSeq} and ${log.type} = 'message:new'
    and ${log.actorId} <> ${members.userId} and ${log.deletedSeq} is null
    ${blocking.size > 0 ? sql`and ${notInArray(log.actorId, [...blocking])}` : sql``})`;

@Injectable()
export class ConversationsRepository {
  constructor(private readonly database: Database) {}

  /** Null where this pair has a conversation already; whoever is just beginning it is waited for. */
  async insert(conversation: Pick<Conversation, 'kind' | 'title' | 'pair'>): Promise<string | null> {
    const { db } = this.database;
    const [row] = await db
      .insert(conversations)
      .values(conversation)
      .onConflictDoNothing()
      .returning({ id: conversations.id });
    if (!row) return null;
    await db.insert(heads).values({ conversationId: row.id });
    return row.id;
  }

  async find(id: string): Promise<Conversation | null> {
    const [row] = await this.database.db.select().from(conversations).where(eq(conversations.id, id));
    return row ?? null;
  }

  async ofPair(pair: string): Promise<string | null> {
    const { id } = conversations;
    const [row] = await this.database.db.select({ id }).from(conversations).where(eq(conversations.pair, pair));
    return row?.id ?? null;
  }

  async rename(id: string, title: string): Promise<void> {
    await this.database.db.update(conversations).set({ title }).where(eq(conversations.id, id));
  }

  /** Null where the user is no member. */
  async ofMember(viewer: Viewer, id: string): Promise<OwnConversation | null> {
    const [row] = await this.own(viewer).where(and(ofUser(viewer.userId), eq(members.conversationId, id)));
    return row ?? null;
  }

  /** The viewer's, the one with the latest message first. */
  async listOf(viewer: Viewer, limit: number, after?: ListPlace): Promise<OwnConversation[]> {
    const further = after && sql`(${LATEST}, ${conversations.id}) < (${after.at}, ${after.id}::uuid)`;
    return this.own(viewer)
      .where(and(ofUser(viewer.userId), further))
      .orderBy(desc(LATEST), desc(conversations.id))
      .limit(limit);
  }

  /** The number of the last entry of each. */
  async headsOf(ids: readonly string[]): Promise<Map<string, number>> {
    const { conversationId, head } = heads;
    const rows = await this.database.db
      .select({ conversationId, head })
      .from(heads)
      .where(inArray(conversationId, [...ids]));
    return new Map(rows.map((row) => [row.conversationId, row.head]));
  }

  private own({ blocking }: Viewer) {
    const { id, kind, title, pair, createdAt } = conversations;
    const { role, readSeq, deliveredSeq, muted } = members;
    return this.database.db
      .select({
        id,
        kind,
        title,
        pair,
        createdAt,
        head: heads.head,
        lastMessageAt: heads.lastMessageAt,
        role,
        readSeq,
        deliveredSeq,
        muted,
        unread: unread(blocking),
      })
      .from(members)
      .innerJoin(conversations, eq(conversations.id, members.conversationId))
      .innerJoin(heads, eq(heads.conversationId, members.conversationId))
      .$dynamic();
  }
}

const ofUser = (userId: string) => and(eq(members.userId, userId), isNull(members.leftSeq));
