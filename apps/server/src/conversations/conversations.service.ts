/** Creates and renames conversations. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  AppError,
  type ConversationChangeResult,
  type ConversationRenameDto,
  type ConversationView,
} from '@aeturnis/contracts';
import type { LimitedUser } from '@aeturnis/realtime';
import { ConversationViews } from './conversation-views';
import { ConversationsRepository } from './conversations.repository';
import { DirectConversations } from './direct/direct-conversations';
import { InvitationRules } from './members/invitation-rules';
import type { NewConversation } from './members/person-references';
import { ConversationWriter } from './publishing/conversation-writer';
import { ConversationQuota } from './quota/conversation-quota';

@Injectable()
export class ConversationsService {
  constructor(
    private readonly repository: ConversationsRepository,
    private readonly writer: ConversationWriter,
    private readonly quota: ConversationQuota,
    private readonly invitationRules: InvitationRules,
    private readonly direct: DirectConversations,
    private readonly views: ConversationViews,
  ) {}

  /**
   * The creator becomes a member. A pair has one direct conversation, and a creator has one group per `clientId`: a repeated
   * call returns the existing one. @throws AppError NOT_FOUND, CONFLICT, RATE_LIMITED.
   */
  async create(user: LimitedUser, dto: NewConversation): Promise<ConversationView> {
    const { userId } = user;
    const { kind, participantIds, title } = dto;
    const others = [...new Set(participantIds)].filter((id) => id !== userId);
    if (kind === 'direct' && (others.length !== 1 || title != null))
      throw new AppError('VALIDATION', 'A direct conversation is with one other user and has no title');
    const [partner = ''] = others;
    const id =
      kind === 'direct'
        ? await this.direct.openOrCreate(user, partner)
        : ((await this.findCreatedGroup(userId, dto)) ?? (await this.createGroup(userId, others, dto)));
    return this.views.view(userId, id);
  }

  /** Only an admin of the group may rename it. @throws AppError NOT_FOUND, NOT_PARTICIPANT, FORBIDDEN. */
  rename(userId: string, { conversationId, title }: ConversationRenameDto): Promise<ConversationChangeResult> {
    return this.writer.changeAsAdmin(userId, conversationId, async () => {
      await this.repository.rename(conversationId, title);
      const change = { type: 'conversation:updated' as const, actorId: userId, facts: { title } };
      const { seq } = await this.writer.append(conversationId, change);
      return { conversationId, seq };
    });
  }

  /** The group that this user has created with this `clientId` before. */
  private async findCreatedGroup(userId: string, { clientId }: NewConversation): Promise<string | null> {
    return clientId == null ? null : this.repository.findByCreationKey(creationKeyOf(userId, clientId));
  }

  private async createGroup(userId: string, wanted: readonly string[], dto: NewConversation): Promise<string> {
    const { title = null, clientId } = dto;
    const invited = await this.invitationRules.invitableAmong(userId, wanted, null);
    const all = [userId, ...wanted];
    return this.quota.withLock(all, async () => {
      await this.invitationRules.requireAccounts(all);
      const existing = await this.findCreatedGroup(userId, dto);
      if (existing !== null) return existing;
      await this.quota.requireCapacity(userId, all);
      const creationKey = clientId == null ? null : creationKeyOf(userId, clientId);
      const admitted = await this.quota.admitToGroup(invited);
      const members = admitted.map((other) => ({ ...other, role: 'member' as const }));
      const group = { kind: 'group' as const, title, pair: null, creationKey };
      return this.writer.create(group, { userId, role: 'admin' }, members);
    });
  }
}

const creationKeyOf = (userId: string, clientId: string): string =>
  createHash('sha256').update(`${userId} ${clientId}`).digest('base64url');
