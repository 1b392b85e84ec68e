/** Chat: channels, whispers, emotes and their history. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharactersModule } from '../characters';
import { NotificationsModule } from '../notifications';
import { SocialModule } from '../social';
import { WorldModule } from '../world';
import { ChatHistoryService } from './chat-history.service';
import { ChatMentions } from './chat-mentions';
import { ChatNotices } from './chat-notices';
import { ChatOfAccount } from './chat-of-account';
import { ChatPlaces } from './chat-places';
import { ChatReceivers } from './chat-receivers';
import { ChatRetention } from './chat-retention';
import { ChatGateway } from './chat.gateway';
import { ChatRepository } from './chat.repository';
import { ChatService } from './chat.service';
import { RepeatGuard } from './repeat-guard';
import { WhisperDeliveryRepository } from './whisper-delivery.repository';

@Module({
  imports: [AccountsModule, CharactersModule, NotificationsModule, SocialModule, WorldModule],
  providers: [
    ChatGateway,
    ChatHistoryService,
    ChatMentions,
    ChatNotices,
    ChatOfAccount,
    ChatPlaces,
    ChatReceivers,
    ChatRepository,
    ChatRetention,
    ChatService,
    RepeatGuard,
    WhisperDeliveryRepository,
  ],
})
export class ChatModule {}
