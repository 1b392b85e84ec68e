/** The module of notifications: stores them and emits them to subscribed connections. Depends on no other domain. */
import { Module } from '@nestjs/common';
import { NotificationUpsertsRepository } from './notification-upserts.repository';
import { AbsencesRepository } from './absences/absences.repository';
import { AbsencesService } from './absences/absences.service';
import { NotificationFeed } from './notification-feed';
import { NotificationInbox } from './notification-inbox';
import { NotificationRetention } from './notification-retention';
import { NotificationService } from './notification.service';
import { NotificationsController } from './notifications.controller';
import { NotificationsGateway } from './notifications.gateway';
import { NotificationsRepository } from './notifications.repository';

@Module({
  controllers: [NotificationsController],
  providers: [
    NotificationUpsertsRepository,
    AbsencesRepository,
    AbsencesService,
    NotificationFeed,
    NotificationInbox,
    NotificationRetention,
    NotificationService,
    NotificationsGateway,
    NotificationsRepository,
  ],
  exports: [AbsencesService, NotificationService],
})
export class NotificationsModule {}
