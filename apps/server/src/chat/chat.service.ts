/** What players say: to a channel, to one another, by a gesture, and the sign that somebody is about to. */
import { Injectable } from '@nestjs/common';
import {
  AppError,
  type ChatEmoteDto,
  type ChatEntry,
  type ChatMessageDto,
  type ChatSent,
  type ChatTypingDto,
  RoomKind,
  roomName,
  type ChatWhisperDto,
} from '@aeturnis/contracts';
import { type Caller, Clock, RealtimeService } from '@aeturnis/realtime';
import { Persons } from '../characters';
import { BlockList } from '../social';
import { WorldService } from '../world';
import { ChatNotices } from './chat-notices';
import { ChatPlaces } from './chat-places';
import { ChatReceivers } from './chat-receivers';
import { ChatRepository } from './chat.repository';
import { RepeatGuard } from './repeat-guard';
import { pairOf } from './whisper-pair';

@Injectable()
export class ChatService {
  constructor(
    private readonly places: ChatPlaces,
    private readonly receivers: ChatReceivers,
    private readonly persons: Persons,
    private readonly repository: ChatRepository,
    private readonly notices: ChatNotices,
    private readonly repeats: RepeatGuard,
    private readonly blocks: BlockList,
    private readonly realtime: RealtimeService,
    private readonly world: WorldService,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a message and sends it to everybody on the channel, the sender included, but not to those who have blocked the
   * sender. Settles once it is stored.
   */
  async say(caller: Caller, { channel, text, clientId }: ChatMessageDto): Promise<ChatSent> {
    const place = this.places.of(caller, channel);
    const { room, scope, author } = place;
    await this.repeats.check(caller.principal.userId, text);
    const deaf = await this.blocks.deafTo(author.userId);
    const message = { channel, scope, from: author, text };
    const sent = await this.notices.said(text, place, () => this.repository.insert(message));
    const entry = { ...sent, channel, from: author, text, ...marked(clientId) };
    this.realtime.emitToRoom(room, 'chat:message', entry, { except: deaf, chargedTo: author.userId });
    return sent;
  }

  /**
   * Stores a whisper and sends it to all connections of both sides; only the sender's get the client's mark back. Where the
   * receiver has blocked the sender, all is the same for the sender, and the receiver gets nothing.
   */
  async whisper(
    caller: Caller,
    { toUserId, toCharacterId, toName, text, clientId }: ChatWhisperDto,
  ): Promise<ChatSent> {
    const { userId } = caller.principal;
    const to = await this.receivers.find({ userId: toUserId, characterId: toCharacterId, name: toName });
    if (to.userId === userId) throw new AppError('VALIDATION', 'You cannot whisper to yourself');
    await this.repeats.check(userId, text);
    const from = this.places.account(caller);
    const { blockedBy } = await this.blocks.of(userId);
    const whisper = { channel: 'whisper' as const, scope: pairOf(userId, to.userId), from, to, text };
    const insert = (awaitsDelivery = false): Promise<ChatSent> =>
      this.repository.insert({ ...whisper, awaitsDelivery });
    const sent = await (blockedBy.has(to.userId) ? insert() : this.notices.whispered(text, from, to.userId, insert));
    const entry = { ...sent, from, to, text };
    if (!blockedBy.has(to.userId)) this.realtime.emitToUser(to.userId, 'chat:whisper', entry);
    this.realtime.emitToUser(userId, 'chat:whisper', { ...entry, ...marked(clientId) });
    return sent;
  }

  /** @throws AppError NO_CHARACTER, NOT_FOUND where the target is not in the same zone. */
  async emote(caller: Caller, { emote, targetId }: ChatEmoteDto): Promise<object> {
    const { room, scope, author } = this.places.of(caller, 'zone');
    const target = targetId;
    if (target !== undefined && (await this.world.zoneOf(target)) !== scope) {
      throw new AppError('NOT_FOUND', 'Nobody like that is in your zone');
    }
    const except = await this.blocks.deafTo(author.userId);
    const shown = { from: author, emote, ...(target === undefined ? {} : { targetId: target }) };
    this.realtime.emitToRoom(
      room,
      'chat:emote',
      { ...shown, timestamp: this.clock.now() },
      { except, chargedTo: author.userId },
    );
    return {};
  }

  /** Told to everybody who would read the message, and not to the one who types it. */
  async typing(caller: Caller, { channel, toUserId, toCharacterId }: ChatTypingDto): Promise<object> {
    const timestamp = this.clock.now();
    const { userId } = caller.principal;
    const { blockedBy } = await this.blocks.of(userId);
    if (channel !== undefined) {
      const { room, author } = this.places.of(caller, channel);
      const except = [roomName(RoomKind.User, userId), ...((await this.blocks.deafTo(userId)) ?? [])];
      this.realtime.emitToRoom(
        room,
        'chat:typing',
        { from: author, channel, timestamp },
        { except, chargedTo: userId },
      );
      return {};
    }
    const other = await this.persons.userId({ userId: toUserId, characterId: toCharacterId });
    if (!blockedBy.has(other)) {
      this.realtime.emitToUser(other, 'chat:typing', { from: this.places.account(caller), timestamp });
    }
    return {};
  }
}

// A client may send null for what it leaves out.
const marked = (clientId: string | null | undefined): Pick<ChatEntry, 'clientId'> =>
  typeof clientId === 'string' ? { clientId } : {};
