/** Notifications, as the rest of the server knows them. */
export type { Absence, Delivered } from './absence';
export { AbsencesService } from './absences.service';
export type { AddressedNotice, Notice } from './notification';
export { NotificationService } from './notification.service';
export { NotificationsModule } from './notifications.module';
