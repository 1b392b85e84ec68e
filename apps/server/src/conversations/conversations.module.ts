/** The module of conversations: durable messages in groups and between two users, and the sync of missed events. */
import { Module } from '@nestjs/common';
import { ADDED_MEMBERS_BUDGET, NEW_DIRECT_CONVERSATIONS_BUDGET } from '@aeturnis/contracts';
import { Operations } from '@aeturnis/realtime';
import { AccountsModule } from '../accounts';
import { CharactersModule } from '../characters';
import { NotificationsModule } from '../notifications';
import { PresenceModule } from '../presence';
import { SocialModule } from '../social';
import { ConversationAccess } from './members/conversation-access';
import { ConversationWriter } from './publishing/conversation-writer';
import { ConversationLogRepository } from './log/conversation-log.repository';
import { ConversationQuota } from './quota/conversation-quota';
import { ConversationRetention } from './retention/conversation-retention';
import { ConversationRooms } from './activity/conversation-rooms';
import { ConversationViews } from './conversation-views';
import { ConversationsController } from './conversations.controller';
import { ConversationsGateway } from './conversations.gateway';
import { ConversationsOfAccount } from './conversations-of-account';
import { ConversationsRepository } from './conversations.repository';
import { ConversationsService } from './conversations.service';
import { DirectConversations } from './direct/direct-conversations';
import { HiddenConversations } from './direct/hidden-conversations';
import { InvitationRules } from './members/invitation-rules';
import { InvitationsRepository } from './members/invitations.repository';
import { DeparturesRepository } from './members/departures.repository';
import { MembersRepository } from './members/members.repository';
import { MembersService } from './members/members.service';
import { MessageViews } from './messages/message-views';
import { MessagesOfAccount } from './messages/messages-of-account';
import { MessagesController } from './messages.controller';
import { MessagesGateway } from './messages.gateway';
import { MessagesRepository } from './messages/messages.repository';
import { MessagesService } from './messages/messages.service';
import { NodeLiveness } from './publishing/node-liveness';
import { ConversationNotices } from './notices/conversation-notices';
import { NoticeBatches } from './notices/notice-batches';
import { NoticesRepository } from './notices/notices.repository';
import { ConversationQuotaRepository } from './quota/conversation-quota.repository';
import { PublicationsRepository } from './publishing/publications.repository';
import { ConversationPublisher } from './publishing/conversation-publisher';
import { PublicationRounds } from './publishing/publication-rounds';
import { LogPublisher } from './publishing/log-publisher';
import { ReactionsRepository } from './reactions/reactions.repository';
import { ReactionsService } from './reactions/reactions.service';
import { ReceiptPublisher } from './receipts/receipt-publisher';
import { ReceiptTimer } from './receipts/receipt-timer';
import { ReceiptsRepository } from './receipts/receipts.repository';
import { ReceiptsService } from './receipts/receipts.service';
import { ConversationRetentionRepository } from './retention/conversation-retention.repository';
import { MessageBatcher } from './messages/message-batcher';
import { SyncService } from './messages/sync.service';
import { BlockExclusions } from './members/block-exclusions';
import { TypingService } from './activity/typing.service';
import { ViewerAnnouncements } from './activity/viewer-announcements';
import { ViewersService } from './activity/viewers.service';
import { WatermarksService } from './receipts/watermarks.service';

@Module({
  imports: [AccountsModule, CharactersModule, NotificationsModule, PresenceModule, SocialModule],
  controllers: [ConversationsController, MessagesController],
  providers: [
    ConversationAccess,
    ConversationWriter,
    ConversationLogRepository,
    ConversationNotices,
    ConversationQuota,
    ConversationPublisher,
    PublicationRounds,
    ConversationRetention,
    ConversationRooms,
    ConversationViews,
    ConversationsGateway,
    ConversationsOfAccount,
    ConversationsRepository,
    ConversationsService,
    DirectConversations,
    HiddenConversations,
    InvitationRules,
    InvitationsRepository,
    DeparturesRepository,
    LogPublisher,
    MembersRepository,
    MembersService,
    MessageBatcher,
    MessageViews,
    MessagesOfAccount,
    MessagesGateway,
    MessagesRepository,
    MessagesService,
    NodeLiveness,
    NoticeBatches,
    NoticesRepository,
    ConversationQuotaRepository,
    PublicationsRepository,
    ReactionsRepository,
    ReactionsService,
    ReceiptsRepository,
    ReceiptsService,
    ReceiptPublisher,
    ReceiptTimer,
    ConversationRetentionRepository,
    SyncService,
    BlockExclusions,
    TypingService,
    ViewerAnnouncements,
    ViewersService,
    WatermarksService,
  ],
})
export class ConversationsModule {
  constructor(operations: Operations) {
    operations.addBudgets(ADDED_MEMBERS_BUDGET, NEW_DIRECT_CONVERSATIONS_BUDGET);
  }
}
