/** Sends emotes and typing indicators, which are not stored. */
import { Injectable } from '@nestjs/common';
import { AppError, type ChatEmoteDto, type ChatTypingDto, RoomKind, roomName } from '@aeturnis/contracts';
import { type Caller, Clock } from '@aeturnis/realtime';
import { UserResolver } from '../characters';
import { RealtimeService } from '../realtime';
import { BlockList } from '../social';
import { WorldService } from '../world';
import { ChatDestinations } from './chat-destinations';

@Injectable()
export class EphemeralChatService {
  constructor(
    private readonly destinations: ChatDestinations,
    private readonly resolver: UserResolver,
    private readonly blocks: BlockList,
    private readonly realtime: RealtimeService,
    private readonly world: WorldService,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError NO_CHARACTER, NOT_FOUND if the target is not in the caller's zone. */
  async emote(caller: Caller, { emote, targetId }: ChatEmoteDto): Promise<object> {
    const { room, scope, author } = this.destinations.resolve(caller, 'zone');
    if (targetId !== undefined && (await this.world.zoneOf(targetId)) !== scope) {
      throw new AppError('NOT_FOUND', 'There is no such character in your zone');
    }
    const except = await this.blocks.blockerRoomsOf(author.userId);
    const shown = { from: author, emote, ...(targetId === undefined ? {} : { targetId }) };
    this.realtime.emitToRoom(
      room,
      'chat:emote',
      { ...shown, timestamp: this.clock.now() },
      { except, chargedTo: author.userId },
    );
    return {};
  }

  /** Emits a typing indicator to all users that would receive the message, except the typing user. */
  async typing(caller: Caller, { channel, toUserId, toCharacterId }: ChatTypingDto): Promise<object> {
    const timestamp = this.clock.now();
    const { userId } = caller.principal;
    const { blockedBy } = await this.blocks.relationsOf(userId);
    if (channel !== undefined) {
      const { room, author } = this.destinations.resolve(caller, channel);
      const except = [roomName(RoomKind.User, userId), ...((await this.blocks.blockerRoomsOf(userId)) ?? [])];
      this.realtime.emitToRoom(
        room,
        'chat:typing',
        { from: author, channel, timestamp },
        { except, chargedTo: userId },
      );
      return {};
    }
    const receiver = await this.resolver.resolveUserId({ userId: toUserId, characterId: toCharacterId });
    if (!blockedBy.has(receiver)) {
      this.realtime.emitToUser(receiver, 'chat:typing', { from: this.destinations.accountAuthor(caller), timestamp });
    }
    return {};
  }
}
