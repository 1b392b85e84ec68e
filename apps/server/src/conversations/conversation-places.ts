/**
 * How many conversations a user is in. Groups, and direct conversations that the user has begun, count towards
 * `CONVERSATIONS_PER_USER`. A direct conversation that somebody else has begun does not: there are up to `MAX_REQUESTS` of
 * these beside the others. Past that, those in which the user has written count as well, and of the rest the oldest is hidden.
 */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, RoomKind, roomName } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Database } from '@aeturnis/platform';
import { RoomService } from '@aeturnis/realtime';
import { BlockList } from '../social';
import { ConversationNotices } from './notices/conversation-notices';
import { pairOf } from './pair';
import { PlacesRepository } from './places.repository';

/** Direct conversations of a user that others have begun and that do not count. */
export const MAX_REQUESTS = 100;
const OTHERS_ARE_FULL = 'One of these users is in as many conversations as one may be';

@Injectable()
export class ConversationPlaces {
  private readonly limit: number;

  constructor(
    @Inject(APP_CONFIG) config: Pick<AppConfig, 'conversationsPerUser'>,
    private readonly database: Database,
    private readonly repository: PlacesRepository,
    private readonly blocks: BlockList,
    private readonly rooms: RoomService,
    private readonly notices: ConversationNotices,
  ) {
    this.limit = config.conversationsPerUser;
  }

  /** Call it in the transaction in which users get a conversation, before it is looked at whether they may. */
  lock(userIds: readonly string[]): Promise<void> {
    return this.repository.lock(userIds);
  }

  /**
   * Call it under `lock`. A block frees the place of the blocker, and the end of an account that of the other one.
   * @throws AppError CONFLICT where one of them is in as many conversations as one may be.
   */
  async mustHaveRoom(actorId: string, userIds: readonly string[]): Promise<void> {
    const crowded = await this.repository.full(userIds, this.limit);
    for (const userId of crowded) await this.free(userId);
    const full = crowded.size === 0 ? crowded : await this.repository.full([...crowded], this.limit);
    if (full.has(actorId))
      throw new AppError('CONFLICT', `One is in at most ${this.limit} conversations; quit one first`);
    if (full.size > 0) throw new AppError('CONFLICT', OTHERS_ARE_FULL);
  }

  /** Call it under `lock`, once a user has got a conversation that does not count: hides what is too much. */
  async settle(userId: string): Promise<void> {
    if ((await this.repository.countUncounted(userId)) <= MAX_REQUESTS) return;
    const uncounted = await this.repository.uncounted(userId);
    const blocked = new Set(await this.blockedPairs(userId));
    const isAnswered = ({ answered, pair }: (typeof uncounted)[number]): boolean => answered && !blocked.has(pair);
    const answered = uncounted.filter(isAnswered);
    const excess = uncounted.length - MAX_REQUESTS;
    const counting = answered.slice(0, Math.min(excess, await this.roomOf(userId))).map(idOf);
    if (counting.length > 0) await this.repository.count(userId, counting);
    const rest = uncounted.filter((each) => !counting.includes(each.conversationId));
    const byWorth = [...rest.filter((each) => !isAnswered(each)), ...rest.filter(isAnswered)];
    await this.hide(userId, byWorth.slice(0, rest.length - MAX_REQUESTS).map(idOf));
  }

  /** The user gets nothing of these direct conversations, until the user begins them. Nobody else can tell. */
  async hide(userId: string, conversationIds: readonly string[]): Promise<void> {
    if (conversationIds.length === 0) return;
    await this.repository.hide(userId, conversationIds);
    await this.notices.readAll(userId, conversationIds);
    this.database.afterCommit(() => {
      for (const id of conversationIds)
        for (const kind of [RoomKind.Conversation, RoomKind.Viewing]) this.rooms.evict(userId, roomName(kind, id));
    });
  }

  private async free(userId: string): Promise<void> {
    await this.repository.free(userId, await this.blockedPairs(userId));
    await this.settle(userId);
  }

  private roomOf(userId: string): Promise<number> {
    return this.repository.roomOf(userId, this.limit);
  }

  private async blockedPairs(userId: string): Promise<string[]> {
    const { blocking } = await this.blocks.of(userId);
    return [...blocking].map((blockedId) => pairOf(userId, blockedId));
  }
}

const idOf = ({ conversationId }: { conversationId: string }): string => conversationId;
