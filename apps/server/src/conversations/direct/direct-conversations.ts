/**
 * Opens and creates direct conversations. Opening a hidden conversation shows it again to the member that opens it. The
 * end of a block reveals a conversation that the blocked user started meanwhile, but none that the blocker has left, nor one
 * hidden by the request limit (see `ConversationQuota`).
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { NEW_DIRECT_CONVERSATIONS_BUDGET } from '@aeturnis/contracts';
import { assertAllowed, OperationLimits, type LimitedUser } from '@aeturnis/realtime';
import { BlockList } from '../../social';
import { ConversationsRepository } from '../conversations.repository';
import { InvitationRules } from '../members/invitation-rules';
import { MembersRepository } from '../members/members.repository';
import { ConversationWriter } from '../publishing/conversation-writer';
import { ConversationQuota } from '../quota/conversation-quota';
import { directPairKey } from './direct-pair';
import { HiddenConversations } from './hidden-conversations';

@Injectable()
export class DirectConversations implements OnModuleInit {
  constructor(
    private readonly repository: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly writer: ConversationWriter,
    private readonly quota: ConversationQuota,
    private readonly hidden: HiddenConversations,
    private readonly invitationRules: InvitationRules,
    private readonly blocks: BlockList,
    private readonly limits: OperationLimits,
  ) {}

  onModuleInit(): void {
    this.blocks.onRemoved((blockerId, blockedId) => this.revealUnblocked(blockerId, blockedId));
  }

  /**
   * If the partner blocks the user or accepts no strangers, a new conversation is visible to its creator only.
   * @throws AppError NOT_FOUND, CONFLICT if the user has reached the limit of conversations, RATE_LIMITED.
   */
  async openOrCreate(user: LimitedUser, partner: string): Promise<string> {
    const { userId } = user;
    const pair = directPairKey(userId, partner);
    await this.invitationRules.requireAccounts([partner]);
    const existing = await this.openExisting(userId, pair);
    if (existing !== null) return existing;
    const outcome = await this.limits.takeFromBudget(user, NEW_DIRECT_CONVERSATIONS_BUDGET);
    assertAllowed(outcome, 'Too many new direct conversations');
    const isHidden = !(await this.invitationRules.acceptsDirect(partner, userId));
    return this.quota.withLock([userId, partner], async () => {
      await this.invitationRules.requireAccounts([userId, partner]);
      const openedConcurrently = await this.openExisting(userId, pair);
      if (openedConcurrently !== null) return openedConcurrently;
      await this.quota.requireCapacity(userId, [userId]);
      const invited = { userId: partner, role: 'member' as const, counted: false, isHidden };
      const direct = { kind: 'direct' as const, title: null, pair };
      const id = await this.writer.create(direct, { userId, role: 'member' }, [invited]);
      if (!isHidden) await this.quota.enforceRequestLimit(partner);
      return id;
    });
  }

  /** Opens the direct conversation of this pair, and reveals it to the user if it was hidden. @returns null if there is none. */
  private async openExisting(userId: string, pair: string): Promise<string | null> {
    const id = await this.repository.findByPair(pair);
    if (id === null || !(await this.members.isHidden(pair, userId))) return id;
    return this.quota.withLock([userId], async () => {
      await this.quota.requireCapacity(userId, [userId]);
      await this.hidden.reveal(pair, userId, true, 'any');
      return id;
    });
  }

  /** Reveals only `unseen` conversations: others were hidden by the user or by the request limit, which an unblock must not undo. */
  private async revealUnblocked(userId: string, partner: string): Promise<void> {
    const pair = directPairKey(userId, partner);
    if (!(await this.members.isHidden(pair, userId, 'unseen'))) return;
    if (!(await this.invitationRules.acceptsStrangers(userId))) return;
    await this.quota.withLock([userId], async () => {
      await this.hidden.reveal(pair, userId, false, 'unseen');
      await this.quota.enforceRequestLimit(userId);
    });
  }
}
