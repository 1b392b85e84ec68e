/** Notifications: what users are to know of when they look, kept for them, and told live to connections that ask for it. */
import { IsInt, IsNumberString, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { command, event, returns } from './contract';
import type { WireError } from './error-catalogue';
import { IsId } from './ids';
import { EmptyDto } from './system';

export class NotificationReadDto {
  @IsId()
  notificationId: string;
}

export class NotificationListDto {
  /** `next` of the page before; absent means the newest. */
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
  /** Stays the same while it is unread, however often it is renewed. */
  id: string;
  /** What it is about, such as `mention`; a game adds its own. */
  kind: string;
  title: string;
  body?: string;
  /** What a client needs to lead there. */
  data?: Record<string, unknown>;
  /** How many occurrences it stands for. Of two under one id, the one with the higher count is newer. */
  count: number;
  /** Of the newest occurrence. */
  createdAt: string;
  expiresAt: string;
  /** Absent while it is unread. */
  readAt?: string;
}

/** The newest first. */
export interface NotificationPage {
  notifications: NotificationView[];
  /** The `cursor` of the next page; absent on the last. */
  next?: string;
  /** How many are unread, on whatever page. */
  unread: number;
}

export const notificationCommands = [
  command({
    name: 'subscribe:notifications',
    summary: 'Opens the live feed for this connection; answers the newest notifications and how many are unread.',
    payload: EmptyDto,
    result: returns<{ unread: number; notifications: NotificationView[] }>(),
  }),
  command({
    name: 'unsubscribe:notifications',
    summary: 'Closes the live feed of this connection.',
    payload: EmptyDto,
    result: returns<object>(),
  }),
  command({
    name: 'notification:list',
    summary: 'Reads the notifications page by page, the newest first.',
    payload: NotificationListDto,
    result: returns<NotificationPage>(),
  }),
  command({
    name: 'notification:read',
    summary: 'Marks a notification as read, on all devices.',
    payload: NotificationReadDto,
    result: returns<{ id: string; unread: number }>(),
  }),
  command({
    name: 'notification:read_all',
    summary: 'Marks all notifications as read, on all devices.',
    payload: EmptyDto,
    result: returns<{ read: number; unread: number }>(),
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
  /** New, or renewed: then under an id that is known. */
  event('notification:new', 'recoverable', returns<NotificationView>()),
  /** To every open feed of the user, whichever device read them, or when what they tell of was read. */
  event('notification:seen', 'recoverable', returns<{ ids: string[]; unread: number }>()),
  event('notification:read:success', 'reply', returns<{ id: string }>()),
  event('notification:read:error', 'reply', returns<{ id: string; error: WireError }>()),
] as const;
