/** Commands and events of notifications: a live feed for connections that subscribe to it, and a list to read. */
import { command, event, typeToken } from '../contract';
import type { WireError } from '../errors/error-catalogue';
import { EmptyDto } from '../system/empty-payload';
import {
  NotificationListDto,
  type NotificationPage,
  NotificationReadDto,
  type NotificationView,
} from './notifications';
import type { Uuid } from '../wire-formats';

export const notificationCommands = [
  /**
   * Opens the live feed for this connection; answers the newest notifications and how many are unread.
   * @result {"unread": 1, "notifications": [{"id": "c2f8e5b1-3a9d-4d67-8e40-5b1a7f3c9d88", "kind": "whisper",
   *   "title": "Ben whispered to you", "count": 2, "createdAt": "2030-05-17T12:00:00.000Z",
   *   "expiresAt": "2030-06-16T12:00:00.000Z"}]}
   */
  command({
    name: 'subscribe:notifications',
    payload: EmptyDto,
    result: typeToken<{ unread: number; notifications: NotificationView[] }>(),
  }),
  /** Closes the live feed of this connection. */
  command({
    name: 'unsubscribe:notifications',
    payload: EmptyDto,
    result: typeToken<object>(),
  }),
  /**
   * Reads the notifications page by page, newest first.
   * @example {"limit": 20}
   * @result {"notifications": [{"id": "c2f8e5b1-3a9d-4d67-8e40-5b1a7f3c9d88", "kind": "whisper",
   *   "title": "Ben whispered to you", "count": 2, "createdAt": "2030-05-17T12:00:00.000Z",
   *   "expiresAt": "2030-06-16T12:00:00.000Z"}], "next": "1041", "unread": 1}
   * @http GET /api/notifications
   */
  command({
    name: 'notification:list',
    payload: NotificationListDto,
    result: typeToken<NotificationPage>(),
  }),
  /**
   * Marks a notification as read, on all devices.
   * @example {"notificationId": "c2f8e5b1-3a9d-4d67-8e40-5b1a7f3c9d88"}
   * @result {"id": "c2f8e5b1-3a9d-4d67-8e40-5b1a7f3c9d88", "unread": 0}
   * @error NOT_FOUND for a notification that is unknown, has expired or belongs to another user
   * @http POST /api/notifications/{id}/read
   */
  command({
    name: 'notification:read',
    payload: NotificationReadDto,
    result: typeToken<{ id: Uuid; unread: number }>(),
  }),
  /**
   * Marks all notifications as read, on all devices.
   * @result {"read": 3, "unread": 0}
   * @http POST /api/notifications/read-all
   */
  command({
    name: 'notification:read_all',
    payload: EmptyDto,
    result: typeToken<{ read: number; unread: number }>(),
  }),
] as const;

export const [
  NotificationsSubscribe,
  NotificationsUnsubscribe,
  NotificationList,
  NotificationRead,
  NotificationReadAll,
] = notificationCommands;

export const notificationEvents = [
  /**
   * A new notification, or a renewed one, whose id the client already knows.
   * @receivers The connections of the user whose live feed is open.
   */
  event('notification:new', 'recoverable', typeToken<NotificationView>()),
  /**
   * Notifications were read on a device, or became irrelevant because the messages they refer to were read.
   * @example {"ids": ["c2f8e5b1-3a9d-4d67-8e40-5b1a7f3c9d88"], "unread": 0}
   * @receivers The connections of the user whose live feed is open.
   */
  event('notification:seen', 'recoverable', typeToken<{ ids: Uuid[]; unread: number }>()),
  /**
   * A `notification:read` has succeeded.
   * @example {"id": "c2f8e5b1-3a9d-4d67-8e40-5b1a7f3c9d88"}
   * @receivers The connection that sent the command, also if it requested an ack.
   */
  event('notification:read:success', 'reply', typeToken<{ id: Uuid }>()),
  /**
   * A `notification:read` has failed.
   * @example {"id": "c2f8e5b1-3a9d-4d67-8e40-5b1a7f3c9d88",
   *   "error": {"code": "NOT_FOUND", "message": "There is no such notification", "retryable": false}}
   * @receivers The connection that sent the command, also if it requested an ack.
   */
  event('notification:read:error', 'reply', typeToken<{ id: string; error: WireError }>()),
] as const;
