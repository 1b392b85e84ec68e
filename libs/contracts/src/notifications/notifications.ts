/** The payloads of notifications, which are stored for a user until they expire. */
import { IsInt, IsNumberString, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { IsId } from '../validation/ids';
import type { Timestamp, Uuid } from '../wire-formats';

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

/**
 * @example {"id": "c2f8e5b1-3a9d-4d67-8e40-5b1a7f3c9d88", "kind": "mention", "title": "Ben mentioned you",
 *   "body": "@Anna the gate is open", "data": {"channel": "zone", "messageId": "4711"}, "count": 1,
 *   "createdAt": "2030-05-17T12:00:00.000Z", "expiresAt": "2030-06-16T12:00:00.000Z"}
 */
export interface NotificationView {
  /** Stays the same as long as the notification is unread, however often it is renewed. */
  id: Uuid;
  /** The kind, such as `mention`; a game adds its own. */
  kind: string;
  title: string;
  body?: string;
  /** What a client needs to open the subject of the notification. */
  data?: Record<string, unknown>;
  /** The number of occurrences. Of two notifications with one id, the one with the higher count is newer. */
  count: number;
  /** Time of the newest occurrence. */
  createdAt: Timestamp;
  expiresAt: Timestamp;
  /** Absent as long as it is unread. */
  readAt?: Timestamp;
}

/** Ordered newest first. */
export interface NotificationPage {
  notifications: NotificationView[];
  /** The `cursor` of the next page; absent on the last. */
  next?: string;
  /** How many notifications are unread, over all pages. */
  unread: number;
}
