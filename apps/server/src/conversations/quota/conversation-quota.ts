/**
 * Limits the conversations of a user. Groups, and direct conversations that the user has created, count towards
 * `CONVERSATIONS_PER_USER`. Direct conversations created by others do not count, up to `MAX_MESSAGE_REQUESTS`. Beyond that,
 * those in which the user has written begin to count, and the oldest of the rest are hidden.
 */
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import { BlockList } from '../../social';
import { directPairKey } from '../direct/direct-pair';
import { HiddenConversations } from '../direct/hidden-conversations';
import { ConversationQuotaRepository } from './conversation-quota.repository';

/** Most direct conversations of a user that others have created and that do not count. */
export const MAX_MESSAGE_REQUESTS = 100;
const OTHERS_AT_LIMIT = 'One of these users has reached the limit of conversations; leave that user out';

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

  /** Call it inside `withLock`, when a user has got a conversation that does not count. Hides those beyond the limit. */
  async enforceRequestLimit(userId: string): Promise<void> {
    if ((await this.repository.countUncounted(userId)) <= MAX_MESSAGE_REQUESTS) return;
    const uncounted = await this.repository.findUncounted(userId);
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
