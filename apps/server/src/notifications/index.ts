/** The public exports of the notifications feature. */
export type { Absence, DeliveredInterval } from './absences/absence';
export { AbsencesService } from './absences/absences.service';
export type { AddressedNotice, Notice } from './notification';
export { NotificationService } from './notification.service';
export { NotificationsModule } from './notifications.module';
