/** Notifications: kept for users, told to those who follow them. Knows no other domain. */
import { Module } from '@nestjs/common';
import { ArrivalsRepository } from './arrivals.repository';
import { AbsencesRepository } from './absences.repository';
import { AbsencesService } from './absences.service';
import { NotificationFeed } from './notification-feed';
import { NotificationReading } from './notification-reading';
import { NotificationRetention } from './notification-retention';
import { NotificationService } from './notification.service';
import { NotificationsController } from './notifications.controller';
import { NotificationsGateway } from './notifications.gateway';
import { NotificationsRepository } from './notifications.repository';

@Module({
  controllers: [NotificationsController],
  providers: [
    ArrivalsRepository,
    AbsencesRepository,
    AbsencesService,
    NotificationFeed,
    NotificationReading,
    NotificationRetention,
    NotificationService,
    NotificationsGateway,
    NotificationsRepository,
  ],
  exports: [AbsencesService, NotificationService],
})
export class NotificationsModule {}
