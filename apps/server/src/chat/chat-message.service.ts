/** Stores and sends the messages of users: to channels, and whispers. */
import { Injectable } from '@nestjs/common';
import { AppError, type ChatEntry, type ChatMessageDto, type ChatSent, type ChatWhisperDto } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import { RealtimeService } from '../realtime';
import { BlockList } from '../social';
import { ChatNotices } from './chat-notices';
import { ChatDestinations } from './chat-destinations';
import { ChatRecipients } from './chat-recipients';
import { ChatRepository } from './chat.repository';
import { RepeatGuard } from './repeat-guard';
import { whisperScope } from './whispers/whisper-scope';

@Injectable()
export class ChatMessageService {
  constructor(
    private readonly destinations: ChatDestinations,
    private readonly recipients: ChatRecipients,
    private readonly repository: ChatRepository,
    private readonly notices: ChatNotices,
    private readonly repeatGuard: RepeatGuard,
    private readonly blocks: BlockList,
    private readonly realtime: RealtimeService,
  ) {}

  /**
   * Stores a message and emits it to all users on the channel, including the sender, except users that block the sender.
   * Resolves once the message is stored.
   */
  async sendMessage(caller: Caller, { channel, text, clientId }: ChatMessageDto): Promise<ChatSent> {
    const destination = this.destinations.resolve(caller, channel);
    const { room, scope, author } = destination;
    await this.repeatGuard.check(caller.principal.userId, text);
    const blockerRooms = await this.blocks.blockerRoomsOf(author.userId);
    const message = { channel, scope, from: author, text };
    const sent = await this.notices.storeMessage(text, destination, () => this.repository.insert(message));
    const entry = { ...sent, channel, from: author, text, ...withClientId(clientId) };
    this.realtime.emitToRoom(room, 'chat:message', entry, { except: blockerRooms, chargedTo: author.userId });
    return sent;
  }

  /**
   * Stores a whisper and emits it to all connections of both users; `clientId` goes back to the sender only. If the receiver
   * blocks the sender, the receiver gets nothing, and the sender sees no difference.
   */
  async whisper(
    caller: Caller,
    { toUserId, toCharacterId, toName, text, clientId }: ChatWhisperDto,
  ): Promise<ChatSent> {
    const { userId } = caller.principal;
    const to = await this.recipients.find({ userId: toUserId, characterId: toCharacterId, name: toName });
    if (to.userId === userId) throw new AppError('VALIDATION', 'You cannot whisper to yourself');
    await this.repeatGuard.check(userId, text);
    const from = this.destinations.accountAuthor(caller);
    const { blockedBy } = await this.blocks.relationsOf(userId);
    const whisper = { channel: 'whisper' as const, scope: whisperScope(userId, to.userId), from, to, text };
    const insert = (awaitsDelivery = false): Promise<ChatSent> =>
      this.repository.insert({ ...whisper, awaitsDelivery });
    const sent = await (blockedBy.has(to.userId) ? insert() : this.notices.storeWhisper(text, from, to.userId, insert));
    const entry = { ...sent, from, to, text };
    if (!blockedBy.has(to.userId)) this.realtime.emitToUser(to.userId, 'chat:whisper', entry);
    this.realtime.emitToUser(userId, 'chat:whisper', { ...entry, ...withClientId(clientId) });
    return sent;
  }
}

// Clients may send null instead of leaving the field out.
const withClientId = (clientId: string | null | undefined): Pick<ChatEntry, 'clientId'> =>
  typeof clientId === 'string' ? { clientId } : {};
