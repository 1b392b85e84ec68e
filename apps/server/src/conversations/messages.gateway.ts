/** Commands about messages. */
import {
  type ConversationDto,
  type Marked,
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
import { MessagesService } from './messages.service';
import { ReactionsService } from './reactions.service';
import { TypingService } from './typing.service';
import { WatermarksService } from './watermarks.service';

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
    this.typing.end(caller, dto.conversationId);
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
  read(dto: MessageIdsDto, { principal }: Caller): Promise<Marked> {
    return this.watermarks.read(principal.userId, dto);
  }

  @Handles(MessageDelivered)
  delivered(dto: MessageIdsDto, { principal }: Caller): Promise<Marked> {
    return this.watermarks.delivered(principal.userId, dto);
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
