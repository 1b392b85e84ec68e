/** A notification: what other domains give, what is kept of it, and what its user sees. */
import type { NotificationView } from '@aeturnis/contracts';

export interface Notice {
  readonly kind: string;
  readonly title: string;
  readonly body?: string;
  /** Told to the client as it is. */
  readonly data?: Record<string, unknown>;
  /** A user has one notification under a key: an unread one is renewed instead of standing beside others. */
  readonly key?: string;
  /** Absent: thirty days. */
  readonly expiresInMs?: number;
  /** Who caused it: it goes with that account, for it may hold the name. */
  readonly actorId?: string;
  /**
   * Numbers of the occurrences it tells of, ascending. What was counted under the key already is not counted again, so
   * that the same may be sent twice. Absent: one occurrence, a new one each time.
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
  /** Grows with every change that brings a notification to the top: the order of lists. */
  readonly position: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly readAt: Date | null;
}

export function viewOf(stored: StoredNotification): NotificationView {
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
