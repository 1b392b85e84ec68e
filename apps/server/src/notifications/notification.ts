/** The types of a notification: as sent by other domains, as stored, and as its user sees it. */
import type { NotificationView } from '@aeturnis/contracts';

export interface Notice {
  readonly kind: string;
  readonly title: string;
  readonly body?: string;
  /** Sent to the client unchanged. */
  readonly data?: Record<string, unknown>;
  /** A user has one notification per key: an unread one is renewed instead of adding a second. */
  readonly key?: string;
  /** Default: thirty days. */
  readonly expiresInMs?: number;
  /** The user that caused it. Deleted together with that account, because it may contain the name. */
  readonly actorId?: string;
  /**
   * The numbers of its occurrences, ascending. An occurrence that was counted under the key is not counted again, so that
   * sending is idempotent. Default: one new occurrence per call.
   */
  readonly occurrences?: readonly [number, ...number[]];
}

export interface AddressedNotice extends Notice {
  readonly userId: string;
}

export interface StoredNotification {
  readonly id: string;
  readonly userId: string;
  readonly kind: string;
  readonly title: string;
  readonly body: string | null;
  readonly data: Record<string, unknown> | null;
  readonly count: number;
  /** The order of lists. Grows with every change that moves the notification to the top. */
  readonly position: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly readAt: Date | null;
}

export function toNotificationView(stored: StoredNotification): NotificationView {
  const { id, kind, title, body, data, count, createdAt, expiresAt, readAt } = stored;
  return {
    id,
    kind,
    title,
    ...(body === null ? {} : { body }),
    ...(data === null ? {} : { data }),
    count,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(readAt && { readAt: readAt.toISOString() }),
  };
}
