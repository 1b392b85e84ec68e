/** Socket commands for messages, reactions, receipts and typing. */
import {
  type ConversationDto,
  type WatermarkResult,
  MessageDelete,
  type MessageDeleted,
  MessageDelivered,
  type MessageDto,
  type MessageEdited,
  type MessageIdsDto,
  MessageRead,
  MessageSend,
  type MessageSendDto,
  type MessageSent,
  MessageUpdate,
  type MessageUpdateDto,
  ReactionAdd,
  type ReactionAddDto,
  ReactionRemove,
  type ReactionRemoveDto,
  type ReactionStored,
  TypingStart,
  TypingStop,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { MessagesService } from './messages/messages.service';
import { ReactionsService } from './reactions/reactions.service';
import { TypingService } from './activity/typing.service';
import { WatermarksService } from './receipts/watermarks.service';

@RealtimeGateway()
export class MessagesGateway {
  constructor(
    private readonly messages: MessagesService,
    private readonly reactions: ReactionsService,
    private readonly watermarks: WatermarksService,
    private readonly typing: TypingService,
  ) {}

  @Handles(MessageSend)
  send(dto: MessageSendDto, caller: Caller): Promise<MessageSent> {
    this.typing.endTyping(caller, dto.conversationId);
    return this.messages.send(caller.principal, dto);
  }

  @Handles(MessageUpdate)
  edit(dto: MessageUpdateDto, { principal }: Caller): Promise<MessageEdited> {
    return this.messages.edit(principal, dto);
  }

  @Handles(MessageDelete)
  remove(dto: MessageDto, { principal }: Caller): Promise<MessageDeleted> {
    return this.messages.remove(principal, dto);
  }

  @Handles(MessageRead)
  markRead(dto: MessageIdsDto, { principal }: Caller): Promise<WatermarkResult> {
    return this.watermarks.markRead(principal.userId, dto);
  }

  @Handles(MessageDelivered)
  markDelivered(dto: MessageIdsDto, { principal }: Caller): Promise<WatermarkResult> {
    return this.watermarks.markDelivered(principal.userId, dto);
  }

  @Handles(ReactionAdd)
  react(dto: ReactionAddDto, { principal }: Caller): Promise<ReactionStored> {
    return this.reactions.add(principal, dto);
  }

  @Handles(ReactionRemove)
  unreact(dto: ReactionRemoveDto, { principal }: Caller): Promise<{ seq: number }> {
    return this.reactions.remove(principal, dto);
  }

  @Handles(TypingStart)
  startTyping(dto: ConversationDto, caller: Caller): Promise<object> {
    return this.typing.start(caller, dto.conversationId);
  }

  @Handles(TypingStop)
  stopTyping(dto: ConversationDto, caller: Caller): Promise<object> {
    return this.typing.stop(caller, dto.conversationId);
  }
}
