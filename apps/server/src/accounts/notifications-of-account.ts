/** What is kept to notify a user belongs to the account: it is exported with it, and goes with it. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { NotificationService } from '../notifications';
import { AccountData } from './account-data';

@Injectable()
export class NotificationsOfAccount implements OnApplicationBootstrap {
  constructor(
    private readonly data: AccountData,
    private readonly notifications: NotificationService,
  ) {}

  /** After all domains have registered: by then theirs raise nothing more for the account that is being deleted. */
  onApplicationBootstrap(): void {
    this.data.onDelete(
      (userId) => this.notifications.forget(userId),
      (userId) => this.notifications.forgetSome(userId),
    );
    this.data.onExport('notifications', (userId) => this.notifications.keptFor(userId));
  }
}
