/** Conversations: messages that nobody loses, in groups and between two, and how clients catch up with them. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharactersModule } from '../characters';
import { NotificationsModule } from '../notifications';
import { PresenceModule } from '../presence';
import { SocialModule } from '../social';
import { ConversationAccess } from './conversation-access';
import { ConversationChanges } from './conversation-changes';
import { ConversationLogRepository } from './conversation-log.repository';
import { ConversationPlaces } from './conversation-places';
import { ConversationRetention } from './conversation-retention';
import { ConversationRooms } from './conversation-rooms';
import { ConversationsController } from './conversations.controller';
import { ConversationsGateway } from './conversations.gateway';
import { ConversationsOfAccount } from './conversations-of-account';
import { ConversationsRepository } from './conversations.repository';
import { ConversationsService } from './conversations.service';
import { DirectConversations } from './direct-conversations';
import { InvitationRules } from './invitation-rules';
import { InvitationsRepository } from './invitations.repository';
import { DeparturesRepository } from './departures.repository';
import { MembersRepository } from './members.repository';
import { MembersService } from './members.service';
import { MessageViews } from './message-views';
import { MessagesController } from './messages.controller';
import { MessagesGateway } from './messages.gateway';
import { MessagesRepository } from './messages.repository';
import { MessagesService } from './messages.service';
import { NodeLife } from './node-life';
import { ConversationNotices } from './notices/conversation-notices';
import { NoticeBatches } from './notices/notice-batches';
import { NoticesRepository } from './notices/notices.repository';
import { PlacesRepository } from './places.repository';
import { PublicationsRepository } from './publications.repository';
import { ConversationPublisher } from './publishing/conversation-publisher';
import { LogTeller } from './publishing/log-teller';
import { ReactionsRepository } from './reactions.repository';
import { ReactionsService } from './reactions.service';
import { ReceiptTeller } from './receipts/receipt-teller';
import { ReceiptTimer } from './receipts/receipt-timer';
import { ReceiptsRepository } from './receipts/receipts.repository';
import { ReceiptsService } from './receipts/receipts.service';
import { RetentionRepository } from './retention.repository';
import { MessageSending } from './sending/message-sending';
import { SyncService } from './sync.service';
import { HiddenMembers } from './hidden-members';
import { TypingService } from './typing.service';
import { ViewersService } from './viewers.service';
import { WatermarksService } from './watermarks.service';

@Module({
  imports: [AccountsModule, CharactersModule, NotificationsModule, PresenceModule, SocialModule],
  controllers: [ConversationsController, MessagesController],
  providers: [
    ConversationAccess,
    ConversationChanges,
    ConversationLogRepository,
    ConversationNotices,
    ConversationPlaces,
    ConversationPublisher,
    ConversationRetention,
    ConversationRooms,
    ConversationsGateway,
    ConversationsOfAccount,
    ConversationsRepository,
    ConversationsService,
    DirectConversations,
    InvitationRules,
    InvitationsRepository,
    DeparturesRepository,
    LogTeller,
    MembersRepository,
    MembersService,
    MessageSending,
    MessageViews,
    MessagesGateway,
    MessagesRepository,
    MessagesService,
    NodeLife,
    NoticeBatches,
    NoticesRepository,
    PlacesRepository,
    PublicationsRepository,
    ReactionsRepository,
    ReactionsService,
    ReceiptsRepository,
    ReceiptsService,
    ReceiptTeller,
    ReceiptTimer,
    RetentionRepository,
    SyncService,
    HiddenMembers,
    TypingService,
    ViewersService,
    WatermarksService,
  ],
})
export class ConversationsModule {}
