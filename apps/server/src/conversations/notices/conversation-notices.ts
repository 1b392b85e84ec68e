/**
 * Notifies members who are away of what was said: one notification per conversation, which counts the messages that are
 * new. Whoever publishes the log raises them before noting how far it has told, so that those of a node that died are
 * raised by the next; what is raised twice is counted once.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { FanOutBudget, RealtimeService } from '@aeturnis/realtime';
import { AccountsService } from '../../accounts';
import { type Absence, AbsencesService, type AddressedNotice, NotificationService } from '../../notifications';
import { BlockList } from '../../social';
import { user } from '../log-events';
import { chunks } from './chunks';
import { type Behind, type Concerned, NoticesRepository, type Stretch, type Unread } from './notices.repository';

const KIND = 'conversation';
/** Members that are notified in one transaction. */
const MEMBERS = 500;
/** Users whose presence is asked for in one request. */
const USERS = 1_000;
/** Entries of one conversation that are read at once. */
const ENTRIES = 500;
/** What a notification that is stored costs the sender of the message, as if so many bytes were sent to its receiver. */
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
   * Settles once all is stored. Done again, it changes nothing.
   * @returns how many members were notified, by conversation.
   * @throws what the database or Redis answer; then some of it may be stored.
   */
  async raise(stretches: readonly Stretch[]): Promise<ReadonlyMap<string, number>> {
    const concerned = await this.repository.concerned(stretches);
    const gone = concerned.filter((each) => each.gone);
    await this.notifications.readByKeys(
      gone.map(({ userId, conversationId }) => ({ userId, key: keyOf(conversationId) })),
    );
    const away = await this.away(concerned.filter((each) => !each.gone));
    const notified = new Map<string, number>();
    for (const members of chunks(away, MEMBERS))
      for (const { conversationId, senders } of await this.notify(members, stretches)) {
        notified.set(conversationId, (notified.get(conversationId) ?? 0) + 1);
        // Those before it are in the same row.
        this.fanOut.charge(senders.at(-1) ?? '', NOTICE_BYTES);
      }
    return notified;
  }

  /** Call it inside the transaction that moves the watermark: a notification of nothing later is read as well. */
  read(userId: string, conversationId: string, upTo: number): Promise<void> {
    return this.notifications.readByKey(userId, keyOf(conversationId), upTo);
  }

  /** Whatever they tell of: for conversations that the user does not know of any more. */
  readAll(userId: string, conversationIds: readonly string[]): Promise<void> {
    return this.notifications.readByKeys(conversationIds.map((id) => ({ userId, key: keyOf(id) })));
  }

  private async away(concerned: readonly Concerned[]): Promise<Concerned[]> {
    const here = new Set<string>();
    for (const userIds of chunks([...new Set(concerned.map(({ userId }) => userId))], USERS)) {
      const online = await this.realtime.areOnline(userIds);
      for (const [index, userId] of userIds.entries()) if (online[index]) here.add(userId);
    }
    return concerned.filter(({ userId }) => !here.has(userId));
  }

  /** Of what was said before they were found gone, and after that which is known to have reached them. */
  private async raiseUndelivered(absent: readonly Absence[]): Promise<void> {
    await this.repository.limitWaits();
    const behind = await this.repository.behind(absent);
    for (const members of chunks(behind, MEMBERS))
      for (const stretches of partsOf(members)) await this.notifyUnread(members, stretches);
  }

  private notify(away: readonly Concerned[], stretches: readonly Stretch[]): Promise<Unread[]> {
    return this.database.transaction(async () => {
      await this.repository.limitWaits();
      // They will be notified of this as well when it is decided what has not reached them.
      const undecided = await this.absences.undecided(away.map(({ userId }) => userId));
      return this.notifyUnread(
        away.filter(({ userId }) => !undecided.has(userId)),
        stretches,
      );
    });
  }

  private async notifyUnread(
    members: readonly (Concerned | Behind)[],
    stretches: readonly Stretch[],
  ): Promise<Unread[]> {
    const unread = await this.withoutBlocked(await this.repository.unread(members, stretches));
    const senders = unread.flatMap(({ kind, senders: [sender] }) => (kind === 'direct' && sender ? [sender] : []));
    const names = await this.accounts.namesOf([...new Set(senders)]);
    await this.notifications.sendEach(unread.map((each) => noticeOf(each, names)));
    return unread;
  }

  /** What somebody writes whom the user has blocked is not for the user. */
  private async withoutBlocked(unread: readonly Unread[]): Promise<Unread[]> {
    const relations = await this.blocks.ofEach(unread.flatMap(({ senders }) => senders));
    return unread.flatMap((each) => {
      const shown: Unread = { ...each, seqs: [], senders: [] };
      for (const [index, sender] of each.senders.entries()) {
        const seq = each.seqs[index];
        if (seq === undefined || relations.get(sender)?.blockedBy.has(each.userId)) continue;
        shown.seqs.push(seq);
        shown.senders.push(sender);
      }
      return shown.seqs.length === 0 ? [] : [shown];
    });
  }
}

/** The conversations of these members, from the first entry that one of them may not have: part by part, in order. */
function* partsOf(members: readonly Behind[]): Generator<Stretch[]> {
  const ranges = new Map<string, Stretch>();
  for (const { conversationId, after, head } of members) {
    const known = ranges.get(conversationId);
    ranges.set(conversationId, { conversationId, after: Math.min(after, known?.after ?? after), upTo: head });
  }
  let remaining = [...ranges.values()];
  while (remaining.length > 0) {
    yield remaining.map((range) => ({ ...range, upTo: Math.min(range.upTo, range.after + ENTRIES) }));
    remaining = remaining
      .map((range) => ({ ...range, after: range.after + ENTRIES }))
      .filter(({ after, upTo }) => after < upTo);
  }
}

const keyOf = (conversationId: string): string => `${KIND}:${conversationId}`;

/** It tells no words of a message: who takes those back takes them back everywhere. */
function noticeOf(unread: Unread, names: ReadonlyMap<string, string>): AddressedNotice {
  const { conversationId, userId, kind, title, senders, seqs } = unread;
  const [first = 0, ...more] = seqs;
  const senderId = senders.at(-1) ?? '';
  return {
    userId,
    kind: KIND,
    key: keyOf(conversationId),
    title: kind === 'direct' ? `Messages from ${user(senderId, names).name}` : `Messages in ${title ?? 'a group'}`,
    data: { conversationId, seq: seqs.at(-1), senderId },
    ...(kind === 'direct' ? { actorId: senderId } : {}),
    occurrences: [first, ...more],
  };
}
