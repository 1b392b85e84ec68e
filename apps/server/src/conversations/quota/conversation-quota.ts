/**
 * Limits the conversations of a user. Groups that the user has created or to which a contact has added the user count towards
 * `CONVERSATIONS_PER_USER`, and so do direct conversations that the user has created. Direct conversations created by others
 * do not count, up to `MAX_MESSAGE_REQUESTS`. Beyond that, those in which the user has written begin to count, and the oldest
 * of the rest are hidden. Groups to which strangers have added the user do not count either, up to `MAX_GROUPS_BY_STRANGERS`.
 * Beyond that, those in which the user has written begin to count, and further additions by strangers are skipped.
 */
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import { BlockList } from '../../social';
import { directPairKey } from '../direct/direct-pair';
import { HiddenConversations } from '../direct/hidden-conversations';
import type { Invitation } from '../members/invitation-rules';
import { ConversationQuotaRepository } from './conversation-quota.repository';

/** Most direct conversations of a user that others have created and that do not count. */
export const MAX_MESSAGE_REQUESTS = 100;
/**
 * Most groups of a user to which strangers have added the user and that do not count. With the message requests they must
 * stay well below `MAX_NOTIFICATIONS_PER_USER`: each has one notification, and the inbox evicts the oldest.
 */
export const MAX_GROUPS_BY_STRANGERS = 50;
const OTHERS_AT_LIMIT = 'One of these users has reached the limit of conversations; leave that user out';

/** A user that joins a group, and whether the group then counts towards the limit of that user. */
export interface AdmittedUser {
  readonly userId: string;
  readonly counted: boolean;
}

@Injectable()
export class ConversationQuota {
  private readonly limit: number;

  constructor(
    @Inject(APP_CONFIG) config: Pick<AppConfig, 'conversationsPerUser'>,
    private readonly database: Database,
    private readonly repository: ConversationQuotaRepository,
    private readonly blocks: BlockList,
    private readonly hidden: HiddenConversations,
  ) {
    this.limit = config.conversationsPerUser;
  }

  /** Runs `work` in a transaction that holds the quotas of these users. Meanwhile, none of their accounts is deleted. */
  withLock<T>(userIds: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      await this.repository.lockUsers(userIds);
      return work();
    });
  }

  /**
   * Call it inside `withLock`. A direct conversation stops counting for a user that blocks the partner, or whose partner's
   * account was deleted. @throws AppError CONFLICT if one of the users has reached the limit.
   */
  async requireCapacity(actorId: string, userIds: readonly string[]): Promise<void> {
    const atLimit = await this.repository.usersAtLimit(userIds, this.limit);
    for (const userId of atLimit) await this.reclaimCapacity(userId);
    const stillAtLimit = atLimit.size === 0 ? atLimit : await this.repository.usersAtLimit([...atLimit], this.limit);
    if (stillAtLimit.has(actorId))
      throw new AppError('CONFLICT', `You are in ${this.limit} conversations, which is the most; quit one first`);
    if (stillAtLimit.size > 0) throw new AppError('CONFLICT', OTHERS_AT_LIMIT);
  }

  /**
   * Call it inside `withLock`, after `requireCapacity`. Leaves out users that are no contacts of the inviter and are in
   * `MAX_GROUPS_BY_STRANGERS` groups already.
   */
  async admitToGroup(invitations: readonly Invitation[]): Promise<AdmittedUser[]> {
    const strangers = invitations.filter(({ isContact }) => !isContact).map(({ userId }) => userId);
    const refused = await this.usersAtStrangerLimit(strangers);
    return invitations
      .filter(({ userId }) => !refused.has(userId))
      .map(({ userId, isContact }) => ({ userId, counted: isContact }));
  }

  /** Call it inside `withLock`, when a user has got a direct conversation that does not count. Hides those beyond the limit. */
  async enforceRequestLimit(userId: string): Promise<void> {
    if ((await this.repository.countUncountedDirect(userId)) <= MAX_MESSAGE_REQUESTS) return;
    const uncounted = await this.repository.findUncountedDirect(userId);
    const blocked = new Set(await this.blockedPairs(userId));
    const isAnswered = ({ answered, pair }: (typeof uncounted)[number]): boolean => answered && !blocked.has(pair);
    const answered = uncounted.filter(isAnswered);
    const excess = uncounted.length - MAX_MESSAGE_REQUESTS;
    const toCount = answered
      .slice(0, Math.min(excess, await this.repository.remainingCapacity(userId, this.limit)))
      .map(conversationIdOf);
    if (toCount.length > 0) await this.repository.markCounted(userId, toCount);
    const remaining = uncounted.filter(({ conversationId }) => !toCount.includes(conversationId));
    const hidingOrder = [...remaining.filter((request) => !isAnswered(request)), ...remaining.filter(isAnswered)];
    await this.hidden.hide(userId, hidingOrder.slice(0, remaining.length - MAX_MESSAGE_REQUESTS).map(conversationIdOf));
  }

  private async usersAtStrangerLimit(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (userIds.length === 0) return new Set();
    const atLimit = await this.repository.usersAtUncountedGroupLimit(userIds, MAX_GROUPS_BY_STRANGERS);
    if (atLimit.size === 0) return atLimit;
    for (const userId of atLimit) {
      const capacity = await this.repository.remainingCapacity(userId, this.limit);
      if (capacity > 0) await this.repository.countAnsweredGroups(userId, capacity);
    }
    return this.repository.usersAtUncountedGroupLimit([...atLimit], MAX_GROUPS_BY_STRANGERS);
  }

  private async reclaimCapacity(userId: string): Promise<void> {
    await this.repository.uncountAbandoned(userId, await this.blockedPairs(userId));
    await this.enforceRequestLimit(userId);
  }

  private async blockedPairs(userId: string): Promise<string[]> {
    const { blocking } = await this.blocks.relationsOf(userId);
    return [...blocking].map((blockedId) => directPairKey(userId, blockedId));
  }
}

const conversationIdOf = ({ conversationId }: { conversationId: string }): string => conversationId;
