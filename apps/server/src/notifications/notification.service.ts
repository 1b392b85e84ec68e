/** What other modules use to notify users, wherever they are: stored first, told after the commit. */
import { Injectable } from '@nestjs/common';
import type { NotificationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { ArrivalsRepository } from './arrivals.repository';
import { type AddressedNotice, type Notice, viewOf } from './notification';
import { NotificationFeed } from './notification-feed';
import { NotificationReading } from './notification-reading';
import { NotificationsRepository } from './notifications.repository';

export const NOTIFICATION_LIFE_MS = 30 * 86_400_000;
/** Past so many, those of a user that were read longest ago go, then the oldest. */
export const MAX_NOTIFICATIONS = 200;
const BATCH = 500;

@Injectable()
export class NotificationService {
  constructor(
    private readonly database: Database,
    private readonly arrivals: ArrivalsRepository,
    private readonly repository: NotificationsRepository,
    private readonly reading: NotificationReading,
    private readonly feed: NotificationFeed,
    private readonly clock: Clock,
  ) {}

  /**
   * The same to one user or several. In a transaction it is kept or lost with it, and told after its commit; a node that
   * dies in between leaves it stored and untold: the user finds it in the list, in `system:sync` and on subscribing.
   */
  send(to: string | readonly string[], notice: Notice): Promise<void> {
    return this.sendEach([...new Set([to].flat())].map((userId) => ({ ...notice, userId })));
  }

  /** As `send`, to each user another one; at most one per user and key. */
  async sendEach(notices: readonly AddressedNotice[]): Promise<void> {
    const now = this.clock.now();
    const arriving = notices.map((notice) => {
      return { ...notice, expiresAt: new Date(now + (notice.expiresInMs ?? NOTIFICATION_LIFE_MS)) };
    });
    for (let first = 0; first < arriving.length; first += BATCH) {
      const stored = await this.arrivals.store(arriving.slice(first, first + BATCH), new Date(now));
      const grown = stored.flatMap(({ inserted, userId }) => (inserted ? [userId] : []));
      this.database.afterCommit(() => stored.forEach((each) => this.feed.arrived(each)));
      // Of transactions at the same time none sees what the others store: only after its commit the last one sees all of it.
      this.database.afterCommit(() => this.arrivals.trim(grown, MAX_NOTIFICATIONS, new Date(now)));
    }
  }

  /** What the one under this key tells of has been read, up to an occurrence or wholly; one that tells of more stays. */
  readByKey(userId: string, key: string, upTo?: number): Promise<void> {
    return this.reading.readByKey(userId, key, upTo);
  }

  /** As `readByKey`, wholly, for several users: in two statements. */
  readByKeys(keys: readonly { userId: string; key: string }[]): Promise<void> {
    return this.reading.readByKeys(keys);
  }

  /** Everything that is kept for the user, oldest first, page by page. */
  async *keptFor(userId: string): AsyncGenerator<NotificationView[], void, undefined> {
    for (let after: number | undefined = 0; after !== undefined;) {
      const page = await this.repository.keptFor(userId, after, BATCH);
      yield page.map(viewOf);
      after = page.length === BATCH ? page.at(-1)?.position : undefined;
    }
  }

  /** Removes some of what `forget` removes. @returns whether there may be more. */
  async forgetSome(userId: string): Promise<boolean> {
    return (await this.repository.forget(userId, BATCH)) === BATCH;
  }

  /** For an account that is being deleted: with what it caused for others. Call inside that transaction. */
  async forget(userId: string): Promise<void> {
    await this.repository.forget(userId);
  }
}
