/**
 * Notifies members who are away of what was said: one notification per conversation, which counts the messages that are
 * new. Whoever publishes the log raises them before noting how far it has told, so that those of a node that died are
 * raised by the next; what is raised twice is counted once.
 */
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { RealtimeService, toAppError } from '@aeturnis/realtime';
import { AccountsService } from '../../accounts';
import { type AddressedNotice, NotificationService } from '../../notifications';
import { BlockList } from '../../social';
import { user } from '../log-events';
import { type Concerned, NoticesRepository, type Stretch, type Unread } from './notices.repository';

const KIND = 'conversation';

@Injectable()
export class ConversationNotices {
  private readonly logger = new Logger(ConversationNotices.name);

  constructor(
    private readonly database: Database,
    private readonly repository: NoticesRepository,
    private readonly notifications: NotificationService,
    private readonly realtime: RealtimeService,
    private readonly accounts: AccountsService,
    private readonly blocks: BlockList,
  ) {}

  /** Settles once all is stored. @throws where another try may succeed, as while the database is away: then it has to be done again. */
  async raise(stretches: readonly Stretch[]): Promise<void> {
    try {
      const concerned = await this.repository.concerned(stretches);
      for (const { conversationId, userId } of concerned.filter(({ gone }) => gone))
        await this.notifications.readByKey(userId, keyOf(conversationId));
      await this.notify(await this.away(concerned.filter(({ gone }) => !gone)), stretches);
    } catch (error) {
      // A mistake in here must not keep the log from being told.
      if (toAppError(error).traits.retryable) throw error;
      this.logger.error({ message: 'members who are away could not be notified', error });
    }
  }

  /** Call it inside the transaction that moves the watermark: a notification of nothing later is read as well. */
  read(userId: string, conversationId: string, upTo: number): Promise<void> {
    return this.notifications.readByKey(userId, keyOf(conversationId), upTo);
  }

  private async away(concerned: readonly Concerned[]): Promise<Concerned[]> {
    const userIds = [...new Set(concerned.map(({ userId }) => userId))];
    const online = userIds.length > 0 ? await this.realtime.areOnline(userIds) : [];
    const here = new Set(userIds.filter((_, index) => online[index]));
    return concerned.filter(({ userId }) => !here.has(userId));
  }

  private async notify(away: readonly Concerned[], stretches: readonly Stretch[]): Promise<void> {
    if (away.length === 0) return;
    await this.database.transaction(async () => {
      const unread = await this.withoutBlocked(await this.repository.unread(away, stretches));
      const senders = unread.flatMap(({ kind, senders: [sender] }) => (kind === 'direct' && sender ? [sender] : []));
      const names = await this.accounts.namesOf([...new Set(senders)]);
      await this.notifications.sendEach(unread.map((each) => noticeOf(each, names)));
    });
  }

  /** What somebody writes whom the user has blocked is not for the user. */
  private async withoutBlocked(unread: readonly Unread[]): Promise<Unread[]> {
    const senders = [...new Set(unread.flatMap((each) => each.senders))];
    const found = await Promise.all(senders.map((sender) => this.blocks.of(sender)));
    const deafTo = new Map(senders.map((sender, index) => [sender, found[index]?.blockedBy]));
    return unread.flatMap((each) => {
      const heard = each.senders.flatMap((sender, index) => (deafTo.get(sender)?.has(each.userId) ? [] : [index]));
      const of = <Item>(items: Item[]): Item[] => items.filter((_, index) => heard.includes(index));
      return heard.length === 0 ? [] : [{ ...each, seqs: of(each.seqs), senders: of(each.senders) }];
    });
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
