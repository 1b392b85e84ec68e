/** Reading back what was said, page by page, for those who may read it. */
import { Injectable } from '@nestjs/common';
import type { ChatHistoryDto, ChatPage } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import { ChatNotices } from './chat-notices';
import { Persons } from '../characters';
import { BlockList } from '../social';
import { ChatPlaces } from './chat-places';
import { ChatRepository, type History } from './chat.repository';
import { pairOf } from './whisper-pair';

const DEFAULT_LIMIT = 50;

@Injectable()
export class ChatHistoryService {
  constructor(
    private readonly places: ChatPlaces,
    private readonly persons: Persons,
    private readonly repository: ChatRepository,
    private readonly notices: ChatNotices,
    private readonly blocks: BlockList,
  ) {}

  /**
   * The page before a message, or the newest one; inside it the oldest message comes first. Messages that are being sent
   * right now may be missing: they arrive as events. What somebody said whom the caller has blocked is left out: where that
   * is much, a page has fewer messages than it may have, or none, and goes on at `next`.
   * @throws AppError NO_CHARACTER and FORBIDDEN as for speaking on the channel.
   */
  async read(
    caller: Caller,
    { channel, withUserId, withCharacterId, before, limit }: ChatHistoryDto,
  ): Promise<ChatPage> {
    const size = limit ?? DEFAULT_LIMIT;
    const { userId } = caller.principal;
    const other =
      channel === undefined
        ? await this.persons.userId({ userId: withUserId, characterId: withCharacterId })
        : undefined;
    const history: History =
      channel === undefined
        ? { channel: 'whisper', scope: pairOf(userId, other ?? '') }
        : this.places.of(caller, channel);
    // Before they are read: one that is stored in between stays unread.
    if (other !== undefined && !before) await this.notices.whispersRead(userId, other);
    const { blocking } = await this.blocks.of(caller.principal.userId);
    const page = { limit: size + 1, before: before ? BigInt(before) : undefined, without: blocking };
    const found = await this.repository.newest(history, page);
    const messages = found.slice(0, size).reverse();
    const oldest = messages[0];
    if (found.length > size && oldest) return { messages, next: oldest.id };
    const next = blocking.size === 0 ? null : await this.repository.lastRead(history, page);
    return next === null ? { messages } : { messages, next };
  }
}
