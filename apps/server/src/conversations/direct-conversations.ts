/**
 * Direct conversations that are hidden from one of their two members. A member who starts the conversation sees it again. The
 * end of a block reveals a conversation that the other member started during the block. It does not reveal one that the blocker
 * has left, or that was hidden to make room for newer ones.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, NEW_DIRECT_BUDGET, RoomKind, roomName } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { OperationLimits, RoomService, type Taker } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { BlockList } from '../social';
import { ConversationPlaces } from './conversation-places';
import { ConversationsRepository } from './conversations.repository';
import { type Hidden, MembersRepository } from './members.repository';
import { pairOf } from './pair';

@Injectable()
export class DirectConversations implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly repository: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly places: ConversationPlaces,
    private readonly rooms: RoomService,
    private readonly accounts: AccountsService,
    private readonly blocks: BlockList,
    private readonly limits: OperationLimits,
  ) {}

  onModuleInit(): void {
    this.blocks.onRemoved((blockerId, blockedId) => this.revealUnblocked(blockerId, blockedId));
  }

  /**
   * For somebody who begins a direct conversation: the one that exists, of which that one knows from then on.
   * @returns null where there is none. @throws AppError CONFLICT where the user has no place for it.
   */
  async open(userId: string, partner: string): Promise<string | null> {
    const pair = pairOf(userId, partner);
    const id = await this.repository.ofPair(pair);
    if (id === null || !(await this.members.isHidden(pair, userId))) return id;
    return this.database.transaction(async () => {
      await this.places.lock([userId]);
      await this.places.mustHaveRoom(userId, [userId]);
      await this.reveal(pair, userId, true, 'any');
      return id;
    });
  }

  /** Pays for a direct conversation that is about to begin. @throws AppError RATE_LIMITED. */
  async pay(user: Taker): Promise<void> {
    const { allowed, retryAfterMs } = await this.limits.spend(user, NEW_DIRECT_BUDGET);
    if (!allowed) throw new AppError('RATE_LIMITED', 'Too many new direct conversations', { retryAfterMs });
  }

  /** Whether the partner is to know of a direct conversation that this user begins. */
  async isWelcome(userId: string, partner: string): Promise<boolean> {
    const { blockedBy } = await this.blocks.of(userId);
    return !blockedBy.has(partner) && (await this.isOpenToStrangers(partner));
  }

  /** One that the user knew of was hidden by the user's own will, or for its age: the end of a block changes neither. */
  private async revealUnblocked(userId: string, partner: string): Promise<void> {
    const pair = pairOf(userId, partner);
    if (!(await this.members.isHidden(pair, userId, 'unseen')) || !(await this.isOpenToStrangers(userId))) return;
    await this.database.transaction(async () => {
      await this.places.lock([userId]);
      await this.reveal(pair, userId, false, 'unseen');
      await this.places.settle(userId);
    });
  }

  private async reveal(pair: string, userId: string, counted: boolean, which: Hidden): Promise<void> {
    const conversationId = await this.members.reveal(pair, userId, counted, which);
    if (conversationId === null) return;
    this.database.afterCommit(() => this.rooms.admit(userId, roomName(RoomKind.Conversation, conversationId)));
  }

  /** Who has not begun a conversation has written to nobody in it: the other one is no contact. */
  private async isOpenToStrangers(userId: string): Promise<boolean> {
    return (await this.accounts.whoMayAdd([userId])).get(userId) === 'everyone';
  }
}
