/**
 * Stores notifications of new messages for offline members: one per conversation, with a count. The publisher of the log
 * raises them before it saves its checkpoint, so that the next publisher raises them if the node dies. A message that is
 * raised twice counts once.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { FanOutBudget } from '@aeturnis/realtime';
import { AccountsService } from '../../accounts';
import { type Absence, AbsencesService, type AddressedNotice, NotificationService } from '../../notifications';
import { RealtimeService } from '../../realtime';
import { BlockList } from '../../social';
import type { LogRange } from '../log/conversation-log.repository';
import { userRef } from '../log/log-events';
import { chunks } from './chunks';
import { type LaggingMember, type AffectedMember, NoticesRepository, type UnreadMessages } from './notices.repository';

const KIND = 'conversation';
/** Members notified in one transaction. */
const MEMBERS_PER_TRANSACTION = 500;
/** Users whose presence is read in one request. */
const USERS_PER_REQUEST = 1_000;
/** Entries of one conversation read at once. */
const ENTRIES_PER_READ = 500;
/** Bytes charged to the fan-out budget of the sender for each stored notification. */
const NOTICE_BYTES = 400;

@Injectable()
export class ConversationNotices implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly repository: NoticesRepository,
    private readonly notifications: NotificationService,
    private readonly realtime: RealtimeService,
    private readonly accounts: AccountsService,
    private readonly blocks: BlockList,
    private readonly absences: AbsencesService,
    private readonly fanOut: FanOutBudget,
  ) {}

  onModuleInit(): void {
    this.absences.onAbsent((absent) => this.raiseUndelivered(absent));
  }

  /**
   * Resolves once all notifications are stored. Idempotent.
   * @returns the number of notified members by conversation.
   * @throws errors of the database or Redis; some notifications may be stored by then.
   */
  async raise(ranges: readonly LogRange[]): Promise<ReadonlyMap<string, number>> {
    const affected = await this.repository.findAffected(ranges);
    const formerMembers = affected.filter(({ hasLeft }) => hasLeft);
    await this.notifications.markReadByKeys(
      formerMembers.map(({ userId, conversationId }) => ({ userId, key: noticeKey(conversationId) })),
    );
    const offline = await this.offlineAmong(affected.filter(({ hasLeft }) => !hasLeft));
    const notified = new Map<string, number>();
    for (const members of chunks(offline, MEMBERS_PER_TRANSACTION))
      for (const { conversationId, senders } of await this.notify(members, ranges)) {
        notified.set(conversationId, (notified.get(conversationId) ?? 0) + 1);
        // One notification row holds all senders; the last one pays for it.
        this.fanOut.charge(senders.at(-1) ?? '', NOTICE_BYTES);
      }
    return notified;
  }

  /** Marks a notification as read that has no message after `upTo`. Call it in the transaction that moves the watermark. */
  markRead(userId: string, conversationId: string, upTo: number): Promise<void> {
    return this.notifications.markReadByKey(userId, noticeKey(conversationId), upTo);
  }

  /** Marks the notifications of conversations as read that were hidden from the user. */
  markAllRead(userId: string, conversationIds: readonly string[]): Promise<void> {
    return this.notifications.markReadByKeys(conversationIds.map((id) => ({ userId, key: noticeKey(id) })));
  }

  private async offlineAmong(affected: readonly AffectedMember[]): Promise<AffectedMember[]> {
    const onlineUserIds = new Set<string>();
    for (const userIds of chunks([...new Set(affected.map(({ userId }) => userId))], USERS_PER_REQUEST)) {
      const onlineFlags = await this.realtime.areOnline(userIds);
      for (const [index, userId] of userIds.entries()) if (onlineFlags[index]) onlineUserIds.add(userId);
    }
    return affected.filter(({ userId }) => !onlineUserIds.has(userId));
  }

  /** Notifies absent users of messages that were sent before the absence was detected and are not known to have reached them. */
  private async raiseUndelivered(absent: readonly Absence[]): Promise<void> {
    await this.repository.limitWaits();
    const lagging = await this.repository.findLagging(absent);
    for (const members of chunks(lagging, MEMBERS_PER_TRANSACTION))
      for (const ranges of rangesInParts(members)) await this.notifyUnread(members, ranges);
  }

  private notify(away: readonly AffectedMember[], ranges: readonly LogRange[]): Promise<UnreadMessages[]> {
    return this.database.transaction(async () => {
      await this.repository.limitWaits();
      // Users with a pending absence are left out: `raiseUndelivered` notifies them of these messages too.
      const pendingUserIds = await this.absences.lockPending(away.map(({ userId }) => userId));
      return this.notifyUnread(
        away.filter(({ userId }) => !pendingUserIds.has(userId)),
        ranges,
      );
    });
  }

  private async notifyUnread(
    members: readonly (AffectedMember | LaggingMember)[],
    ranges: readonly LogRange[],
  ): Promise<UnreadMessages[]> {
    const unread = await this.withoutBlockedAuthors(await this.repository.findUnread(members, ranges));
    const senders = unread.flatMap(({ kind, senders: [sender] }) => (kind === 'direct' && sender ? [sender] : []));
    const names = await this.accounts.namesOf([...new Set(senders)]);
    await this.notifications.sendEach(unread.map((messages) => toNotice(messages, names)));
    return unread;
  }

  /** Removes messages of authors that the recipient blocks. */
  private async withoutBlockedAuthors(unread: readonly UnreadMessages[]): Promise<UnreadMessages[]> {
    const relations = await this.blocks.relationsOfEach(unread.flatMap(({ senders }) => senders));
    return unread.flatMap((messages) => {
      const shown: UnreadMessages = { ...messages, seqs: [], senders: [] };
      for (const [index, sender] of messages.senders.entries()) {
        const seq = messages.seqs[index];
        if (seq === undefined || relations.get(sender)?.blockedBy.has(messages.userId)) continue;
        shown.seqs.push(seq);
        shown.senders.push(sender);
      }
      return shown.seqs.length === 0 ? [] : [shown];
    });
  }
}

/** The ranges that these members may have missed, in parts of bounded size, ascending per conversation. */
function* rangesInParts(members: readonly LaggingMember[]): Generator<LogRange[]> {
  const ranges = new Map<string, LogRange>();
  for (const { conversationId, after, head } of members) {
    const known = ranges.get(conversationId);
    ranges.set(conversationId, { conversationId, after: Math.min(after, known?.after ?? after), upTo: head });
  }
  let remaining = [...ranges.values()];
  while (remaining.length > 0) {
    yield remaining.map((range) => ({ ...range, upTo: Math.min(range.upTo, range.after + ENTRIES_PER_READ) }));
    remaining = remaining
      .map((range) => ({ ...range, after: range.after + ENTRIES_PER_READ }))
      .filter(({ after, upTo }) => after < upTo);
  }
}

const noticeKey = (conversationId: string): string => `${KIND}:${conversationId}`;

/** Contains no message text, so that deleting a message leaves no copy of it in notifications. */
function toNotice(unread: UnreadMessages, names: ReadonlyMap<string, string>): AddressedNotice {
  const { conversationId, userId, kind, title, senders, seqs } = unread;
  const [first = 0, ...more] = seqs;
  const senderId = senders.at(-1) ?? '';
  return {
    userId,
    kind: KIND,
    key: noticeKey(conversationId),
    title: kind === 'direct' ? `Messages from ${userRef(senderId, names).name}` : `Messages in ${title ?? 'a group'}`,
    data: { conversationId, seq: seqs.at(-1), senderId },
    ...(kind === 'direct' ? { actorId: senderId } : {}),
    occurrences: [first, ...more],
  };
}
