/** The module of presence: status settings of users, their views, subscriptions and announcements. */
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts';
import { CharactersModule } from '../characters';
import { SocialModule } from '../social';
import { PresenceAnnouncer } from './presence-announcer';
import { PresenceAudience } from './presence-audience';
import { PresenceViews } from './presence-views';
import { PresenceSubscriptions } from './presence-subscriptions';
import { PresenceGateway } from './presence.gateway';
import { PresenceRepository } from './presence.repository';
import { PresenceService } from './presence.service';

@Module({
  imports: [AccountsModule, CharactersModule, SocialModule],
  providers: [
    PresenceAnnouncer,
    PresenceAudience,
    PresenceGateway,
    PresenceRepository,
    PresenceService,
    PresenceViews,
    PresenceSubscriptions,
  ],
  exports: [PresenceService],
})
export class PresenceModule {}
