/** Creates and changes conversations: checks the user's rights under the lock, appends to the log, publishes after the commit. */
import { Injectable } from '@nestjs/common';
import { AppError, RoomKind, roomName } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { FanOutMeter } from '@aeturnis/realtime';
import { ConversationsRepository } from '../conversations.repository';
import { ConversationLogRepository } from '../log/conversation-log.repository';
import type { AppendResult, NewLogEntry } from '../log/log-entry';
import { ConversationAccess, type ConversationMember } from '../members/conversation-access';
import { MembersRepository, type NewConversationMember } from '../members/members.repository';
import { type CommittedEntries, ConversationPublisher } from './conversation-publisher';

type FirstMember = Omit<NewConversationMember, 'seq'> & { readonly isHidden?: boolean };

@Injectable()
export class ConversationWriter {
  constructor(
    private readonly database: Database,
    private readonly conversations: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly access: ConversationAccess,
    private readonly log: ConversationLogRepository,
    private readonly publisher: ConversationPublisher,
    private readonly fanOut: FanOutMeter,
  ) {}

  /** Call it in a transaction. @returns the id. @throws AppError UNAVAILABLE if the conversation is created concurrently. */
  async create(
    conversation: Parameters<ConversationsRepository['insert']>[0],
    creator: FirstMember,
    others: readonly FirstMember[],
  ): Promise<string> {
    const { kind, title } = conversation;
    const id = await this.conversations.insert(conversation);
    // Nodes of an older release do not take the lock of the quotas and can insert concurrently.
    if (id === null)
      throw new AppError('UNAVAILABLE', `The ${kind === 'group' ? kind : 'conversation'} is being created; try again`);
    const members = [creator, ...others];
    const memberRoles = members.map(({ userId, role }) => ({ id: userId, role }));
    const facts = { kind, ...(kind === 'group' && { title }), members: memberRoles };
    const { seq } = await this.append(id, { type: 'conversation:created', actorId: creator.userId, facts });
    const visible = members.filter(({ isHidden }) => !isHidden);
    await this.members.addOrRejoin(
      id,
      visible.map((member) => ({ ...member, seq })),
    );
    for (const { userId, isHidden } of others) if (isHidden) await this.members.addHidden(id, userId);
    return id;
  }

  /** Runs `work` in a transaction that holds the lock of the conversation. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  changeAsMember<T>(
    userId: string,
    conversationId: string,
    work: (member: ConversationMember) => Promise<T>,
  ): Promise<T> {
    return this.withLock(conversationId, async () => work(await this.access.requireMember(userId, conversationId)));
  }

  /** As `changeAsMember`, for an admin of a group. @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN. */
  changeAsAdmin<T>(userId: string, conversationId: string, work: () => Promise<T>): Promise<T> {
    return this.withLock(conversationId, async () => {
      await this.access.requireGroupAdmin(userId, conversationId);
      return work();
    });
  }

  /** The number of the last entry. Call it inside a change. */
  head(conversationId: string): Promise<number> {
    return this.log.head(conversationId);
  }

  /** Call it inside a change. @returns the position of the last of the entries. */
  async append(conversationId: string, ...entries: NewLogEntry[]): Promise<AppendResult> {
    const result = await this.log.append(conversationId, entries);
    this.publishAfterCommit(result);
    const [first] = entries;
    if (first)
      this.database.afterCommit(() =>
        this.fanOut.charge(first.actorId, roomName(RoomKind.Conversation, conversationId), entries),
      );
    return result;
  }

  /** For entries appended without `append`. With `committed`, the publisher need not read them. */
  publishAfterCommit(appended: AppendResult, committed?: CommittedEntries): void {
    this.database.afterCommit(() => this.publisher.publishCommitted(appended, committed));
  }

  private withLock<T>(conversationId: string, work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      if (!(await this.log.lock(conversationId))) throw new AppError('NOT_FOUND', 'There is no such conversation');
      return work();
    });
  }
}
