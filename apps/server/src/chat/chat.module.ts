/** The module of chat: channels, whispers, emotes and their history. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharactersModule } from '../characters';
import { NotificationsModule } from '../notifications';
import { SocialModule } from '../social';
import { WorldModule } from '../world';
import { ChatHistoryService } from './chat-history.service';
import { ChatMentions } from './mentions/chat-mentions';
import { ChatNotices } from './chat-notices';
import { ChatOfAccount } from './chat-of-account';
import { ChatDestinations } from './chat-destinations';
import { ChatRecipients } from './chat-recipients';
import { ChatRetention } from './chat-retention';
import { ChatGateway } from './chat.gateway';
import { ChatRepository } from './chat.repository';
import { ChatMessageService } from './chat-message.service';
import { EphemeralChatService } from './ephemeral-chat.service';
import { RepeatGuard } from './repeat-guard';
import { WhisperDeliveryRepository } from './whispers/whisper-delivery.repository';

@Module({
  imports: [AccountsModule, CharactersModule, NotificationsModule, SocialModule, WorldModule],
  providers: [
    ChatGateway,
    ChatHistoryService,
    ChatMentions,
    ChatNotices,
    ChatOfAccount,
    ChatDestinations,
    ChatRecipients,
    ChatRepository,
    ChatRetention,
    ChatMessageService,
    EphemeralChatService,
    RepeatGuard,
    WhisperDeliveryRepository,
  ],
})
export class ChatModule {}
