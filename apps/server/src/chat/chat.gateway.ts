/** Commands of the chat. */
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
import { ChatService } from './chat.service';

@RealtimeGateway()
export class ChatGateway {
  constructor(
    private readonly chat: ChatService,
    private readonly history: ChatHistoryService,
  ) {}

  @Handles(ChatMessage)
  message(dto: ChatMessageDto, caller: Caller): Promise<ChatSent> {
    return this.chat.say(caller, dto);
  }

  @Handles(ChatWhisper)
  whisper(dto: ChatWhisperDto, caller: Caller): Promise<ChatSent> {
    return this.chat.whisper(caller, dto);
  }

  @Handles(ChatEmote)
  emote(dto: ChatEmoteDto, caller: Caller): Promise<object> {
    return this.chat.emote(caller, dto);
  }

  @Handles(ChatTyping)
  typing(dto: ChatTypingDto, caller: Caller): Promise<object> {
    return this.chat.typing(caller, dto);
  }

  @Handles(ChatHistory)
  read(dto: ChatHistoryDto, caller: Caller): Promise<ChatPage> {
    return this.history.read(caller, dto);
  }
}
