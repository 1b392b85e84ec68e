/** Notifications: stored for a user until they expire, and sent live to connections that subscribe to them. */
import { IsInt, IsNumberString, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { command, event, typeToken } from './contract';
import type { WireError } from './errors/error-catalogue';
import { IsId } from './validation/ids';
import { EmptyDto } from './system';

export class NotificationReadDto {
  @IsId()
  notificationId: string;
}

export class NotificationListDto {
  /** `next` of the previous page; absent means the newest page. */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(18)
  cursor?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

export interface NotificationView {
  /** Stays the same as long as the notification is unread, however often it is renewed. */
  id: string;
  /** The kind, such as `mention`; a game adds its own. */
  kind: string;
  title: string;
  body?: string;
  /** What a client needs to open the subject of the notification. */
  data?: Record<string, unknown>;
  /** The number of occurrences. Of two notifications with one id, the one with the higher count is newer. */
  count: number;
  /** Time of the newest occurrence. */
  createdAt: string;
  expiresAt: string;
  /** Absent as long as it is unread. */
  readAt?: string;
}

/** Ordered newest first. */
export interface NotificationPage {
  notifications: NotificationView[];
  /** The `cursor` of the next page; absent on the last. */
  next?: string;
  /** How many notifications are unread, over all pages. */
  unread: number;
}

export const notificationCommands = [
  command({
    name: 'subscribe:notifications',
    summary: 'Opens the live feed for this connection; answers the newest notifications and how many are unread.',
    payload: EmptyDto,
    result: typeToken<{ unread: number; notifications: NotificationView[] }>(),
  }),
  command({
    name: 'unsubscribe:notifications',
    summary: 'Closes the live feed of this connection.',
    payload: EmptyDto,
    result: typeToken<object>(),
  }),
  command({
    name: 'notification:list',
    summary: 'Reads the notifications page by page, newest first.',
    payload: NotificationListDto,
    result: typeToken<NotificationPage>(),
  }),
  command({
    name: 'notification:read',
    summary: 'Marks a notification as read, on all devices.',
    payload: NotificationReadDto,
    result: typeToken<{ id: string; unread: number }>(),
  }),
  command({
    name: 'notification:read_all',
    summary: 'Marks all notifications as read, on all devices.',
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
  /** A new notification, or a renewed one, whose id the client already knows. */
  event('notification:new', 'recoverable', typeToken<NotificationView>()),
  /** Sent to every open feed of the user when a device reads the notifications, or the messages they refer to. */
  event('notification:seen', 'recoverable', typeToken<{ ids: string[]; unread: number }>()),
  event('notification:read:success', 'reply', typeToken<{ id: string }>()),
  event('notification:read:error', 'reply', typeToken<{ id: string; error: WireError }>()),
] as const;
