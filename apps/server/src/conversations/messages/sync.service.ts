/** Serves clients that catch up: log entries after their cursors, and pages of messages. */
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
import { AccountsService } from '../../accounts';
import { BlockList } from '../../social';
import { ConversationAccess } from '../members/conversation-access';
import { ConversationLogRepository, type LogRange } from '../log/conversation-log.repository';
import { ConversationsRepository } from '../conversations.repository';
import type { LogEntry } from '../log/log-entry';
import { toEventFor, userIdsIn } from '../log/log-events';
import { MembersRepository } from '../members/members.repository';
import { MessageViews } from './message-views';
import { type StoredMessage, MessagesRepository, type MessagePagePosition } from './messages.repository';

const DEFAULT_PAGE_SIZE = 50;
/** Messages scanned for a page of a direct conversation whose partner the viewer blocks: the partner's are left out. */
const MAX_SCANNED_MESSAGES = 500;

/** Limit for all users of this node: after a restart many clients sync at once, and others need the database too. */
const MAX_CONCURRENT_SYNCS = 4;

/** The entries after a cursor, up to the last one that the user may read. */
interface MissedRange {
  readonly conversationId: string;
  readonly cursor: number;
  readonly head: number;
}

@Injectable()
export class SyncService {
  /** A sync is the most expensive read: each user runs one at a time, over HTTP and the socket together. */
  private readonly queue = new PerUserQueue(MAX_WAITING_SYNCS, MAX_CONCURRENT_SYNCS);

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
   * Returns the entries after the cursor of each conversation, ascending; if they do not fit, `limited` is set and the client
   * continues at `next`. A former member gets the entries up to the departure. Conversations without a membership are left
   * out. Entries of users that the user blocks keep their position, without content.
   * @throws AppError RATE_LIMITED if too many syncs of this user wait on this node.
   */
  syncSince(userId: string, cursors: Readonly<Record<string, number>>): Promise<SyncPage> {
    return this.queue.run(userId, () => this.readMissed(userId, cursors));
  }

  /** Pages after a message ascend; all others descend. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async messagePage(
    userId: string,
    conversationId: string,
    position: MessagePagePosition,
    limit = DEFAULT_PAGE_SIZE,
  ): Promise<MessagePage> {
    const { kind } = await this.access.requireMember(userId, conversationId);
    const { blocking } = await this.blocks.relationsOf(userId);
    const shouldOmitBlocked = kind === 'direct' && blocking.size > 0;
    const size = {
      limit: shouldOmitBlocked ? MAX_SCANNED_MESSAGES : limit + 1,
      bytes: MAX_PAGE_BYTES,
      excludedAuthors: blocking,
    };
    const { messages: found, more } = await this.messages.page(conversationId, position, size);
    const shown: StoredMessage[] = [];
    let [taken, last] = [0, found[0]];
    for (const message of found) {
      if (shown.length === limit) break;
      [taken, last] = [taken + 1, message];
      if (!(shouldOmitBlocked && message.hidden)) shown.push(message);
    }
    const messages = await this.views.viewsFor(shown, { userId, blocking });
    return last && (more || taken < found.length) ? { messages, next: last.seq } : { messages };
  }

  private async readMissed(userId: string, cursors: Readonly<Record<string, number>>): Promise<SyncPage> {
    const known = new Map(Object.entries(cursors));
    const [missed, { blocking }] = await Promise.all([this.findMissed(userId, known), this.blocks.relationsOf(userId)]);
    const entries = await this.log.entriesInRanges(limitRanges(missed), MAX_SYNC_BYTES);
    const names = await this.accounts.namesOf(userIdsIn(entries));
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

  private async findMissed(userId: string, cursors: ReadonlyMap<string, number>): Promise<MissedRange[]> {
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

/** Cuts the ranges to `MAX_SYNC_EVENTS` entries in all. Numbers have no gaps, so no read is needed to count them. */
function limitRanges(missed: readonly MissedRange[]): LogRange[] {
  let left = MAX_SYNC_EVENTS;
  return missed.flatMap(({ conversationId, cursor, head }) => {
    const count = Math.min(left, head - cursor);
    if (count <= 0) return [];
    left -= count;
    return [{ conversationId, after: cursor, upTo: cursor + count }];
  });
}
