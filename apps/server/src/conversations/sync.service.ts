/** Catching up: what happened in conversations since the entries a client knows, and pages of messages. */
import { Injectable } from '@nestjs/common';
import {
  MAX_PAGE_BYTES,
  MAX_SYNC_BYTES,
  MAX_SYNC_EVENTS,
  MAX_WAITING_SYNCS,
  type MessagePage,
  type SyncedConversation,
  type SyncPage,
} from '@aeturnis/contracts';
import { PerUserQueue } from '@aeturnis/platform';
import { AccountsService } from '../accounts';
import { BlockList } from '../social';
import { ConversationAccess } from './conversation-access';
import { ConversationLogRepository, type LogRange } from './conversation-log.repository';
import { ConversationsRepository } from './conversations.repository';
import type { LogEntry } from './log-entry';
import { toEventFor, usersIn } from './log-events';
import { MembersRepository } from './members.repository';
import { MessageViews } from './message-views';
import { type Message, MessagesRepository, type PagePlace } from './messages.repository';

const PAGE = 50;
/** Looked at for a page of a direct conversation where one has blocked the other, whose messages are left out of it. */
const SCANNED = 500;

/** Of all users: a node that has just started has many clients that catch up, and others that play. */
const SYNCS_AT_ONCE = 4;

/** What comes after a cursor, as far as the user may read. */
interface Missed {
  readonly conversationId: string;
  readonly cursor: number;
  readonly head: number;
}

@Injectable()
export class SyncService {
  /** A sync is the most expensive read there is: one user has one at a time, whichever way they are asked for. */
  private readonly queue = new PerUserQueue(MAX_WAITING_SYNCS, SYNCS_AT_ONCE);

  constructor(
    private readonly log: ConversationLogRepository,
    private readonly conversations: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly messages: MessagesRepository,
    private readonly accounts: AccountsService,
    private readonly access: ConversationAccess,
    private readonly blocks: BlockList,
    private readonly views: MessageViews,
  ) {}

  /**
   * For each conversation what comes after its cursor, in order; what does not fit is `limited` and goes on at `next`.
   * Who has gone gets everything up to the going and nothing after it; conversations of others are left out. What somebody
   * says whom the user has blocked keeps its place and says nothing.
   * @throws AppError RATE_LIMITED where too many of this user wait on this node.
   */
  since(userId: string, cursors: Readonly<Record<string, number>>): Promise<SyncPage> {
    return this.queue.run(userId, () => this.read(userId, cursors));
  }

  /** The newest first, or after a message in the order in which they were sent. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async page(userId: string, conversationId: string, place: PagePlace, limit = PAGE): Promise<MessagePage> {
    const { kind } = await this.access.member(userId, conversationId);
    const { blocking } = await this.blocks.of(userId);
    const leavesOut = kind === 'direct' && blocking.size > 0;
    const size = { limit: leavesOut ? SCANNED : limit + 1, bytes: MAX_PAGE_BYTES, without: blocking };
    const { messages: found, more } = await this.messages.page(conversationId, place, size);
    const shown: Message[] = [];
    let [taken, last] = [0, found[0]];
    for (const message of found) {
      if (shown.length === limit) break;
      [taken, last] = [taken + 1, message];
      if (!(leavesOut && message.hidden)) shown.push(message);
    }
    const messages = await this.views.of(shown, { userId, blocking });
    return last && (more || taken < found.length) ? { messages, next: last.seq } : { messages };
  }

  private async read(userId: string, cursors: Readonly<Record<string, number>>): Promise<SyncPage> {
    const known = new Map(Object.entries(cursors));
    const [missed, { blocking }] = await Promise.all([this.missed(userId, known), this.blocks.of(userId)]);
    const entries = await this.log.entriesOf(rangesOf(missed), MAX_SYNC_BYTES);
    const names = await this.accounts.namesOf(usersIn(entries));
    const byConversation = new Map<string, LogEntry[]>(missed.map(({ conversationId }) => [conversationId, []]));
    for (const entry of entries) byConversation.get(entry.conversationId)?.push(entry);
    const answers = missed.map(({ conversationId, cursor, head }): [string, SyncedConversation] => {
      const own = byConversation.get(conversationId) ?? [];
      const events = own.map((entry) => toEventFor(blocking, entry, names));
      const upTo = own.at(-1)?.seq ?? cursor;
      return [conversationId, upTo < head ? { events, head, limited: true, next: upTo } : { events, head }];
    });
    return { conversations: Object.fromEntries(answers) };
  }

  private async missed(userId: string, cursors: ReadonlyMap<string, number>): Promise<Missed[]> {
    if (cursors.size === 0) return [];
    const memberships = await this.members.findMany(userId, [...cursors.keys()]);
    const heads = await this.conversations.headsOf(memberships.map(({ conversationId }) => conversationId));
    return memberships.map(({ conversationId, leftSeq }) => ({
      conversationId,
      cursor: cursors.get(conversationId) ?? 0,
      head: leftSeq ?? heads.get(conversationId) ?? 0,
    }));
  }
}

/** As many entries as one answer holds: numbers have no gaps, so that they are counted before anything is read. */
function rangesOf(missed: readonly Missed[]): LogRange[] {
  let left = MAX_SYNC_EVENTS;
  return missed.flatMap(({ conversationId, cursor, head }) => {
    const count = Math.min(left, head - cursor);
    if (count <= 0) return [];
    left -= count;
    return [{ conversationId, after: cursor, upTo: cursor + count }];
  });
}
