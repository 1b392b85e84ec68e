/** Catching up: what happened in conversations since the entries a client knows, and pages of messages. */
import { Injectable } from '@nestjs/common';
import type { HiddenEntry, MessagePage, MessageView, SyncedConversation, SyncPage } from '@aeturnis/contracts';
import { AccountsService } from '../accounts';
import { BlockList } from '../social';
import { ConversationAccess } from './conversation-access';
import { ConversationLogRepository } from './conversation-log.repository';
import { ConversationsRepository } from './conversations.repository';
import type { LogEntry } from './log-entry';
import { toEventFor, user, usersIn } from './log-events';
import { MembersRepository } from './members.repository';
import { type Message, MessagesRepository, type PagePlace } from './messages.repository';

/** Of one answer, over all its conversations. */
const MAX_EVENTS = 500;
const MAX_CHARACTERS = 256 * 1024;
const PAGE = 50;
const NOBODY: ReadonlySet<string> = new Set();

interface Missed {
  readonly conversationId: string;
  readonly entries: readonly LogEntry[];
  readonly head: number;
  readonly next: number | undefined;
}

@Injectable()
export class SyncService {
  constructor(
    private readonly log: ConversationLogRepository,
    private readonly conversations: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly messages: MessagesRepository,
    private readonly accounts: AccountsService,
    private readonly access: ConversationAccess,
    private readonly blocks: BlockList,
  ) {}

  /**
   * For each conversation what comes after its cursor, in order; what does not fit is `limited` and goes on at `next`.
   * Who has gone gets everything up to the going and nothing after it; conversations of others are left out. What somebody
   * says whom the user has blocked keeps its place and says nothing.
   */
  async since(userId: string, cursors: Readonly<Record<string, number>>): Promise<SyncPage> {
    const known = new Map(Object.entries(cursors).map(([id, seq]) => [id.toLowerCase(), seq]));
    const [missed, { blocking }] = await Promise.all([this.missed(userId, known), this.blocks.of(userId)]);
    const names = await this.accounts.namesOf(usersIn(missed.flatMap(({ entries }) => entries)));
    const answers = missed.map(({ conversationId, entries, head, next }): [string, SyncedConversation] => {
      const events = entries.map((entry) => toEventFor(blocking, entry, names));
      return [conversationId, next === undefined ? { events, head } : { events, head, limited: true, next }];
    });
    return { conversations: Object.fromEntries(answers) };
  }

  /** The newest first, or after a message in the order in which they were sent. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async page(userId: string, conversationId: string, place: PagePlace, limit = PAGE): Promise<MessagePage> {
    const { kind } = await this.access.member(userId, conversationId);
    const { blocking } = await this.blocks.of(userId);
    const without = kind === 'direct' ? blocking : NOBODY;
    const found = await this.messages.page(conversationId, place, { limit: limit + 1, without });
    const messages = await this.views(found.slice(0, limit), blocking);
    const last = messages.at(-1);
    return found.length > limit && last ? { messages, next: last.seq } : { messages };
  }

  /** Messages of one conversation, with names and reactions, for somebody who has blocked these users. */
  private async views(
    messages: readonly Message[],
    blocking: ReadonlySet<string>,
  ): Promise<(MessageView | HiddenEntry)[]> {
    const views = await this.shown(
      messages.filter(({ senderId }) => !blocking.has(senderId)),
      blocking,
    );
    const bySeq = new Map(views.map((view) => [view.seq, view]));
    return messages.map(({ conversationId, seq }) => bySeq.get(seq) ?? { conversationId, seq, hidden: true });
  }

  /** Messages of one conversation, with names, and reactions without those of these users. */
  async shown(messages: readonly Message[], blocking: ReadonlySet<string> = NOBODY): Promise<MessageView[]> {
    const [first] = messages;
    if (!first) return [];
    const [names, reactions] = await Promise.all([
      this.accounts.namesOf([...new Set(messages.map(({ senderId }) => senderId))]),
      this.messages.reactionsTo(
        first.conversationId,
        messages.map(({ seq }) => seq),
      ),
    ]);
    return messages.map((message) => ({
      id: message.id,
      conversationId: message.conversationId,
      seq: message.seq,
      senderId: message.senderId,
      sender: user(message.senderId, names),
      content: message.content ?? '',
      createdAt: message.createdAt.toISOString(),
      ...(message.tempId === null ? {} : { tempId: message.tempId }),
      ...(message.edited && { editedAt: message.edited.at.toISOString() }),
      ...(message.deleted && { deletedAt: message.deleted.at.toISOString() }),
      reactions: (reactions.get(message.seq) ?? []).filter((reaction) => !blocking.has(reaction.userId)),
    }));
  }

  private async missed(userId: string, cursors: ReadonlyMap<string, number>): Promise<Missed[]> {
    const ids = [...cursors.keys()];
    if (ids.length === 0) return [];
    const memberships = await this.members.findMany(userId, ids);
    const heads = await this.conversations.headsOf(memberships.map(({ conversationId }) => conversationId));
    const room = { events: MAX_EVENTS, characters: MAX_CHARACTERS };
    const all: Missed[] = [];
    for (const { conversationId, leftSeq } of memberships) {
      const head = leftSeq ?? heads.get(conversationId) ?? 0;
      all.push(await this.after(conversationId, cursors.get(conversationId) ?? 0, head, room));
    }
    return all;
  }

  private async after(
    conversationId: string,
    cursor: number,
    head: number,
    room: { events: number; characters: number },
  ): Promise<Missed> {
    const wanted = cursor < head && room.events > 0 && room.characters > 0;
    const found = wanted ? await this.log.entries(conversationId, cursor, head, room.events) : [];
    const entries: LogEntry[] = [];
    for (const entry of found) {
      if (room.characters <= 0) break;
      entries.push(entry);
      room.events--;
      room.characters -= entry.content?.length ?? 0;
    }
    const upTo = entries.at(-1)?.seq ?? cursor;
    return { conversationId, entries, head, next: upTo < head ? upTo : undefined };
  }
}
