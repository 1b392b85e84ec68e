/** Reads pages of the chat history for users that may read the channel. */
import { Injectable } from '@nestjs/common';
import type { ChatHistoryDto, ChatPage } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import { ChatNotices } from './chat-notices';
import { UserResolver } from '../characters';
import { BlockList } from '../social';
import { ChatDestinations } from './chat-destinations';
import { ChatRepository, type HistoryKey } from './chat.repository';
import { whisperScope } from './whispers/whisper-scope';

const DEFAULT_LIMIT = 50;

@Injectable()
export class ChatHistoryService {
  constructor(
    private readonly destinations: ChatDestinations,
    private readonly resolver: UserResolver,
    private readonly repository: ChatRepository,
    private readonly notices: ChatNotices,
    private readonly blocks: BlockList,
  ) {}

  /**
   * Returns the page before a message, or the newest one, ascending. Messages that are being stored may be missing: they
   * arrive as events. Messages of users that the caller blocks are left out, so that a page may have fewer messages than
   * `limit`, or none, and still continue at `next`.
   * @throws AppError NO_CHARACTER and FORBIDDEN, as for sending to the channel.
   */
  async read(
    caller: Caller,
    { channel, withUserId, withCharacterId, before, limit }: ChatHistoryDto,
  ): Promise<ChatPage> {
    const size = limit ?? DEFAULT_LIMIT;
    const { userId } = caller.principal;
    const partnerId =
      channel === undefined
        ? await this.resolver.resolveUserId({ userId: withUserId, characterId: withCharacterId })
        : undefined;
    const history: HistoryKey =
      channel === undefined
        ? { channel: 'whisper', scope: whisperScope(userId, partnerId ?? '') }
        : this.destinations.resolve(caller, channel);
    // Marked before the page is read, so that a whisper that is stored in between stays unread.
    if (partnerId !== undefined && !before) await this.notices.markWhispersRead(userId, partnerId);
    const { blocking } = await this.blocks.relationsOf(caller.principal.userId);
    const page = { limit: size + 1, before: before ? BigInt(before) : undefined, excludedAuthors: blocking };
    const found = await this.repository.findNewest(history, page);
    const messages = found.slice(0, size).reverse();
    const oldest = messages[0];
    if (found.length > size && oldest) return { messages, next: oldest.id };
    const next = blocking.size === 0 ? null : await this.repository.lastScannedId(history, page);
    return next === null ? { messages } : { messages, next };
  }
}
