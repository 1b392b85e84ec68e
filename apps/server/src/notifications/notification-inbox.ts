/** Serves users their notifications: subscribes, lists, marks as read, and announces that to the other devices. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, type NotificationListDto, type NotificationPage, type NotificationView } from '@aeturnis/contracts';
import { Database, pageOf } from '@aeturnis/platform';
import { type Caller, Clock, SystemSync, toAppError } from '@aeturnis/realtime';
import { toNotificationView } from './notification';
import { NotificationFeed } from './notification-feed';
import { NotificationsRepository } from './notifications.repository';

const DEFAULT_PAGE_SIZE = 50;
/** Notifications returned on subscribing and in `system:sync`; the list has the rest. */
const MAX_INITIAL = 50;

@Injectable()
export class NotificationInbox implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly repository: NotificationsRepository,
    private readonly feed: NotificationFeed,
    private readonly sync: SystemSync,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sync.register('notifications', ({ principal }) => this.findNewest(principal.userId, true));
  }

  /** Later notifications arrive as events. One that is stored during the call may arrive both ways, under one id. */
  async subscribe(caller: Caller): Promise<{ unread: number; notifications: NotificationView[] }> {
    const { userId } = caller.principal;
    await this.feed.follow(caller);
    const [unread, notifications] = await Promise.all([this.countUnread(userId), this.findNewest(userId, false)]);
    return { unread, notifications };
  }

  async unsubscribe(caller: Caller): Promise<object> {
    await this.feed.unfollow(caller);
    return {};
  }

  async list(userId: string, { cursor, limit }: NotificationListDto): Promise<NotificationPage> {
    const size = limit ?? DEFAULT_PAGE_SIZE;
    const before = cursor == null ? undefined : Number(cursor);
    const [unread, found] = await Promise.all([
      this.countUnread(userId),
      this.repository.page(userId, this.now(), { limit: size + 1, before }),
    ]);
    const { rows, next } = pageOf(found, size, ({ position }) => String(position));
    return { notifications: rows.map(toNotificationView), unread, ...next };
  }

  countUnread(userId: string): Promise<number> {
    return this.repository.countUnread(userId, this.now());
  }

  /** Idempotent. @throws AppError NOT_FOUND, also for an expired notification and for one of another user. */
  async markRead(userId: string, id: string): Promise<{ id: string; unread: number }> {
    const marked = await this.repository.markRead(userId, this.now(), id);
    if (marked.length === 0 && !(await this.repository.exists(userId, id, this.now())))
      throw new AppError('NOT_FOUND', 'There is no such notification');
    return { id, unread: await this.announceRead(userId, marked) };
  }

  /** As `markRead`; the caller gets `notification:read:success` or `notification:read:error` as well. */
  async markReadFor(caller: Caller, id: string): Promise<{ id: string; unread: number }> {
    try {
      const read = await this.markRead(caller.principal.userId, id);
      caller.reply('notification:read:success', { id });
      return read;
    } catch (error) {
      caller.reply('notification:read:error', { id, error: toAppError(error).toWire() });
      throw error;
    }
  }

  /** @returns how many it has marked, and how many are unread now. */
  async markAllRead(userId: string): Promise<{ read: number; unread: number }> {
    const marked = await this.repository.markRead(userId, this.now());
    return { read: marked.length, unread: await this.announceRead(userId, marked) };
  }

  async markReadByKey(userId: string, key: string, upTo?: number): Promise<void> {
    const marked = await this.repository.markKeyRead(userId, key, this.now(), upTo);
    if (marked.length > 0) this.database.afterCommit(() => this.announceRead(userId, marked));
  }

  async markReadByKeys(keys: readonly { userId: string; key: string }[]): Promise<void> {
    if (keys.length === 0) return;
    const marked = await this.repository.markKeysRead(keys, this.now());
    if (marked.size > 0) this.database.afterCommit(() => this.announceReadOfEach(marked));
  }

  private async announceReadOfEach(marked: ReadonlyMap<string, string[]>): Promise<void> {
    const unread = await this.repository.countUnreadOfEach([...marked.keys()], this.now());
    for (const [userId, ids] of marked) this.feed.emitSeen(userId, ids, unread.get(userId) ?? 0);
  }

  /** @returns how many are unread now. */
  private async announceRead(userId: string, ids: string[]): Promise<number> {
    const unread = await this.countUnread(userId);
    if (ids.length > 0) this.feed.emitSeen(userId, ids, unread);
    return unread;
  }

  private async findNewest(userId: string, unread: boolean): Promise<NotificationView[]> {
    return (await this.repository.page(userId, this.now(), { limit: MAX_INITIAL, unread })).map(toNotificationView);
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}
