/** Stores conversations: creates, renames and finds them, and lists them for a member. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { eq, inArray } from 'drizzle-orm';
import { LIST_FOR_MEMBER, FIND_FOR_MEMBER, type OwnConversationRow } from './conversations.statements.repository';
import { conversationHeads as heads, conversations } from './conversations.schema';

export interface Conversation {
  readonly id: string;
  readonly kind: ConversationKind;
  readonly title: string | null;
  /** The pair key of a direct conversation; null for a group. */
  readonly pair: string | null;
  readonly createdAt: Date;
}

/** The viewing user, and the users that this user blocks: their messages are not shown, and do not count as unread. */
export interface ConversationViewer {
  readonly userId: string;
  readonly blocking: ReadonlySet<string>;
}

/** A conversation with the state of one of its members. */
export interface OwnConversation extends Conversation {
  readonly head: number;
  readonly lastMessageAt: Date | null;
  readonly role: ConversationRole;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly muted: boolean;
  /** Counted among the newest `MAX_UNREAD` messages. */
  readonly unread: number;
}

/** A position in the list: the time of the latest message of a conversation, and its id. */
export interface ListPosition {
  readonly at: Date;
  readonly id: string;
}

@Injectable()
export class ConversationsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Null if the pair has a conversation already, or a group with this creation key exists. Waits for a concurrent
   * transaction that inserts the same one.
   */
  async insert(
    conversation: Pick<Conversation, 'kind' | 'title' | 'pair'> & { creationKey?: string | null },
  ): Promise<string | null> {
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

  async findByPair(pair: string): Promise<string | null> {
    const { id } = conversations;
    const [row] = await this.database.db.select({ id }).from(conversations).where(eq(conversations.pair, pair));
    return row?.id ?? null;
  }

  async findByCreationKey(creationKey: string): Promise<string | null> {
    const { id } = conversations;
    const [row] = await this.database.db
      .select({ id })
      .from(conversations)
      .where(eq(conversations.creationKey, creationKey));
    return row?.id ?? null;
  }

  async rename(id: string, title: string): Promise<void> {
    await this.database.db.update(conversations).set({ title }).where(eq(conversations.id, id));
  }

  /** Null if the viewer is no member. */
  async findForMember(viewer: ConversationViewer, id: string): Promise<OwnConversation | null> {
    const [row] = await FIND_FOR_MEMBER(this.database.db, { ...toStatementValues(viewer), id });
    return row ? toOwnConversation(row) : null;
  }

  /** The conversations of the viewer, the one with the latest message first. */
  async listForMember(viewer: ConversationViewer, limit: number, after?: ListPosition): Promise<OwnConversation[]> {
    const position = { at: after?.at.toISOString() ?? 'infinity', id: after?.id ?? LAST_ID };
    return (await LIST_FOR_MEMBER(this.database.db, { ...toStatementValues(viewer), ...position, limit })).map(
      toOwnConversation,
    );
  }

  /** The number of the last entry of each conversation. */
  async headsOf(ids: readonly string[]): Promise<Map<string, number>> {
    const { conversationId, head } = heads;
    const rows = await this.database.db
      .select({ conversationId, head })
      .from(heads)
      .where(inArray(conversationId, [...ids]));
    return new Map(rows.map((row) => [row.conversationId, row.head]));
  }
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const toStatementValues = ({ userId, blocking }: ConversationViewer) => ({ userId, blocking: [...blocking] });

function toOwnConversation(row: OwnConversationRow): OwnConversation {
  const { id, kind, title, pair, role, muted, unread } = row;
  return {
    ...{ id, kind, title, pair, role, muted, unread },
    createdAt: new Date(row.createdAt),
    lastMessageAt: row.lastMessageAt === null ? null : new Date(row.lastMessageAt),
    head: Number(row.head),
    readSeq: Number(row.readSeq),
    deliveredSeq: Number(row.deliveredSeq),
  };
}
