/** Registers the notifications of a user with the account: they are exported and deleted with it. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { NotificationService } from '../notifications';
import { AccountData } from './account-data';

@Injectable()
export class AccountNotifications implements OnApplicationBootstrap {
  constructor(
    private readonly data: AccountData,
    private readonly notifications: NotificationService,
  ) {}

  /** After all domains have registered their cleaners, so that none raises a notification after these are deleted. */
  onApplicationBootstrap(): void {
    this.data.onDelete(
      (userId) => this.notifications.deleteAllOf(userId),
      (userId) => this.notifications.deleteSomeOf(userId),
    );
    this.data.onExport('notifications', (userId) => this.notifications.exportPages(userId));
  }
}
