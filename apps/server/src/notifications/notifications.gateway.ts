/** Socket commands for notifications. */
import {
  NotificationList,
  type NotificationListDto,
  type NotificationPage,
  NotificationRead,
  NotificationReadAll,
  type NotificationReadDto,
  NotificationsSubscribe,
  NotificationsUnsubscribe,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { NotificationInbox } from './notification-inbox';

@RealtimeGateway()
export class NotificationsGateway {
  constructor(private readonly inbox: NotificationInbox) {}

  @Handles(NotificationsSubscribe)
  subscribe(_: object, caller: Caller) {
    return this.inbox.subscribe(caller);
  }

  @Handles(NotificationsUnsubscribe)
  unsubscribe(_: object, caller: Caller): Promise<object> {
    return this.inbox.unsubscribe(caller);
  }

  @Handles(NotificationList)
  list(dto: NotificationListDto, { principal }: Caller): Promise<NotificationPage> {
    return this.inbox.list(principal.userId, dto);
  }

  @Handles(NotificationRead)
  read({ notificationId }: NotificationReadDto, caller: Caller) {
    return this.inbox.markReadFor(caller, notificationId);
  }

  @Handles(NotificationReadAll)
  readAll(_: object, { principal }: Caller) {
    return this.inbox.markAllRead(principal.userId);
  }
}
