/** Socket commands for chat. */
import {
  ChatEmote,
  type ChatEmoteDto,
  ChatHistory,
  type ChatHistoryDto,
  ChatMessage,
  type ChatMessageDto,
  type ChatPage,
  type ChatSent,
  ChatTyping,
  type ChatTypingDto,
  ChatWhisper,
  type ChatWhisperDto,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { ChatHistoryService } from './chat-history.service';
import { ChatMessageService } from './chat-message.service';
import { EphemeralChatService } from './ephemeral-chat.service';

@RealtimeGateway()
export class ChatGateway {
  constructor(
    private readonly messages: ChatMessageService,
    private readonly ephemeral: EphemeralChatService,
    private readonly history: ChatHistoryService,
  ) {}

  @Handles(ChatMessage)
  message(dto: ChatMessageDto, caller: Caller): Promise<ChatSent> {
    return this.messages.sendMessage(caller, dto);
  }

  @Handles(ChatWhisper)
  whisper(dto: ChatWhisperDto, caller: Caller): Promise<ChatSent> {
    return this.messages.whisper(caller, dto);
  }

  @Handles(ChatEmote)
  emote(dto: ChatEmoteDto, caller: Caller): Promise<object> {
    return this.ephemeral.emote(caller, dto);
  }

  @Handles(ChatTyping)
  typing(dto: ChatTypingDto, caller: Caller): Promise<object> {
    return this.ephemeral.typing(caller, dto);
  }

  @Handles(ChatHistory)
  read(dto: ChatHistoryDto, caller: Caller): Promise<ChatPage> {
    return this.history.read(caller, dto);
  }
}
