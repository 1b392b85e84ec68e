/** The service by which other modules notify users: stores notifications, and emits them after the commit. */
import { Injectable } from '@nestjs/common';
import type { NotificationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { NotificationUpsertsRepository } from './notification-upserts.repository';
import { type AddressedNotice, type Notice, toNotificationView } from './notification';
import { NotificationFeed } from './notification-feed';
import { NotificationInbox } from './notification-inbox';
import { NotificationsRepository } from './notifications.repository';

export const NOTIFICATION_TTL_MS = 30 * 86_400_000;
/** Beyond this number, read and expired notifications of a user are deleted first, then the oldest. */
export const MAX_NOTIFICATIONS_PER_USER = 200;
const BATCH = 500;

@Injectable()
export class NotificationService {
  constructor(
    private readonly database: Database,
    private readonly upserts: NotificationUpsertsRepository,
    private readonly repository: NotificationsRepository,
    private readonly inbox: NotificationInbox,
    private readonly feed: NotificationFeed,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends one notice to one or several users, as part of the current transaction, and emits it after the commit. If the node
   * dies in between, no event is emitted, but the list, `system:sync` and the answer to subscribing contain it.
   */
  send(to: string | readonly string[], notice: Notice): Promise<void> {
    return this.sendEach([...new Set([to].flat())].map((userId) => ({ ...notice, userId })));
  }

  /** As `send`, with a notice per user; at most one per user and key. */
  async sendEach(notices: readonly AddressedNotice[]): Promise<void> {
    const now = this.clock.now();
    const incoming = notices.map((notice) => {
      return { ...notice, expiresAt: new Date(now + (notice.expiresInMs ?? NOTIFICATION_TTL_MS)) };
    });
    for (let first = 0; first < incoming.length; first += BATCH) {
      const stored = await this.upserts.upsert(incoming.slice(first, first + BATCH), new Date(now));
      const usersWithMore = stored.flatMap(({ inserted, userId }) => (inserted ? [userId] : []));
      this.database.afterCommit(() => stored.forEach((notification) => this.feed.emitNew(notification)));
      // After the commit: concurrent transactions do not see each other's rows, so trimming earlier would leave too many.
      this.database.afterCommit(() => this.upserts.trim(usersWithMore, MAX_NOTIFICATIONS_PER_USER, new Date(now)));
    }
  }

  /** Marks the notification under this key as read, unless it has occurrences after `upTo`. */
  markReadByKey(userId: string, key: string, upTo?: number): Promise<void> {
    return this.inbox.markReadByKey(userId, key, upTo);
  }

  /** As `markReadByKey` without `upTo`, for several users, with two statements. */
  markReadByKeys(keys: readonly { userId: string; key: string }[]): Promise<void> {
    return this.inbox.markReadByKeys(keys);
  }

  /** All stored notifications of the user, the oldest first, page by page. */
  async *exportPages(userId: string): AsyncGenerator<NotificationView[], void, undefined> {
    for (let after: number | undefined = 0; after !== undefined;) {
      const page = await this.repository.pageForExport(userId, after, BATCH);
      yield page.map(toNotificationView);
      after = page.length === BATCH ? page.at(-1)?.position : undefined;
    }
  }

  /** Deletes a part of what `deleteAllOf` deletes. @returns whether there may be more. */
  async deleteSomeOf(userId: string): Promise<boolean> {
    return (await this.repository.deleteInvolving(userId, BATCH)) === BATCH;
  }

  /** Deletes the notifications of a user and those the user caused. Call it in the transaction that deletes the account. */
  async deleteAllOf(userId: string): Promise<void> {
    await this.repository.deleteInvolving(userId);
  }
}
