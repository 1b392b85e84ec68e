/** Commands about notifications. */
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
import { NotificationReading } from './notification-reading';

@RealtimeGateway()
export class NotificationsGateway {
  constructor(private readonly reading: NotificationReading) {}

  @Handles(NotificationsSubscribe)
  subscribe(_: object, caller: Caller) {
    return this.reading.subscribe(caller);
  }

  @Handles(NotificationsUnsubscribe)
  unsubscribe(_: object, caller: Caller): Promise<object> {
    return this.reading.unsubscribe(caller);
  }

  @Handles(NotificationList)
  list(dto: NotificationListDto, { principal }: Caller): Promise<NotificationPage> {
    return this.reading.list(principal.userId, dto);
  }

  @Handles(NotificationRead)
  read({ notificationId }: NotificationReadDto, caller: Caller) {
    return this.reading.readBy(caller, notificationId);
  }

  @Handles(NotificationReadAll)
  readAll(_: object, { principal }: Caller) {
    return this.reading.readAll(principal.userId);
  }
}
