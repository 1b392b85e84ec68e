/** Keeps conversations as such: begins and names them, and tells what one of their members sees of them. */
import { Injectable } from '@nestjs/common';
import type { ConversationKind, ConversationRole } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { eq, inArray } from 'drizzle-orm';
import { LIST, OF_MEMBER, type OwnRow } from './conversations.statements.repository';
import { conversationHeads as heads, conversations } from './conversations.schema';

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
  /** Among the newest `MAX_UNREAD` messages. */
  readonly unread: number;
}

/** After the conversation whose latest message is of that time and that has this id. */
export interface ListPlace {
  readonly at: Date;
  readonly id: string;
}

@Injectable()
export class ConversationsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Null where this pair has a conversation already, or a group of this creation key exists; whoever is just beginning it is
   * waited for.
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

  async ofPair(pair: string): Promise<string | null> {
    const { id } = conversations;
    const [row] = await this.database.db.select({ id }).from(conversations).where(eq(conversations.pair, pair));
    return row?.id ?? null;
  }

  async ofCreationKey(creationKey: string): Promise<string | null> {
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

  /** Null where the user is no member. */
  async ofMember(viewer: Viewer, id: string): Promise<OwnConversation | null> {
    const [row] = await OF_MEMBER(this.database.db, { ...valuesOf(viewer), id });
    return row ? toOwn(row) : null;
  }

  /** The viewer's, the one with the latest message first. */
  async listOf(viewer: Viewer, limit: number, after?: ListPlace): Promise<OwnConversation[]> {
    const place = { at: after?.at.toISOString() ?? 'infinity', id: after?.id ?? LAST_ID };
    return (await LIST(this.database.db, { ...valuesOf(viewer), ...place, limit })).map(toOwn);
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
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const valuesOf = ({ userId, blocking }: Viewer) => ({ userId, blocking: [...blocking] });

function toOwn(row: OwnRow): OwnConversation {
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
