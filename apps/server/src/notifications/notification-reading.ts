/** Users and their notifications: following them, reading them, and telling the other devices that they are read. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, type NotificationListDto, type NotificationPage, type NotificationView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { type Caller, Clock, SystemSync, toAppError } from '@aeturnis/realtime';
import { viewOf } from './notification';
import { NotificationFeed } from './notification-feed';
import { NotificationsRepository } from './notifications.repository';

const PAGE = 50;
/** On subscribing, and in `system:sync`; who has more finds them in the list. */
const SHOWN = 50;

@Injectable()
export class NotificationReading implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly repository: NotificationsRepository,
    private readonly feed: NotificationFeed,
    private readonly sync: SystemSync,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sync.register('notifications', ({ principal }) => this.newest(principal.userId, true));
  }

  /** What comes after the answer arrives as an event; what came meanwhile may be in both, under one id. */
  async subscribe(caller: Caller): Promise<{ unread: number; notifications: NotificationView[] }> {
    const { userId } = caller.principal;
    await this.feed.open(caller);
    const [unread, notifications] = await Promise.all([this.unread(userId), this.newest(userId, false)]);
    return { unread, notifications };
  }

  async unsubscribe(caller: Caller): Promise<object> {
    await this.feed.close(caller);
    return {};
  }

  async list(userId: string, { cursor, limit }: NotificationListDto): Promise<NotificationPage> {
    const size = limit ?? PAGE;
    const before = cursor == null ? undefined : Number(cursor);
    const [unread, found] = await Promise.all([
      this.unread(userId),
      this.repository.page(userId, this.now(), { limit: size + 1, before }),
    ]);
    const shown = found.slice(0, size);
    const last = shown.at(-1);
    const page = { notifications: shown.map(viewOf), unread };
    return found.length > size && last ? { ...page, next: String(last.position) } : page;
  }

  unread(userId: string): Promise<number> {
    return this.repository.countUnread(userId, this.now());
  }

  /** One that is read already stays so. @throws AppError NOT_FOUND, also for somebody else's, and for an expired one. */
  async read(userId: string, id: string): Promise<{ id: string; unread: number }> {
    const marked = await this.repository.markRead(userId, this.now(), id);
    if (marked.length === 0 && !(await this.repository.exists(userId, id, this.now())))
      throw new AppError('NOT_FOUND', 'There is no such notification');
    return { id, unread: await this.told(userId, marked) };
  }

  /** As `read`; the caller gets `notification:read:success` or `notification:read:error` as well. */
  async readBy(caller: Caller, id: string): Promise<{ id: string; unread: number }> {
    try {
      const read = await this.read(caller.principal.userId, id);
      caller.reply('notification:read:success', { id });
      return read;
    } catch (error) {
      caller.reply('notification:read:error', { id, error: toAppError(error).toWire() });
      throw error;
    }
  }

  /** @returns how many were unread, and are now. */
  async readAll(userId: string): Promise<{ read: number; unread: number }> {
    const marked = await this.repository.markRead(userId, this.now());
    return { read: marked.length, unread: await this.told(userId, marked) };
  }

  async readByKey(userId: string, key: string, upTo?: number): Promise<void> {
    const marked = await this.repository.markKeyRead(userId, key, this.now(), upTo);
    if (marked.length > 0) this.database.afterCommit(() => this.told(userId, marked));
  }

  async readByKeys(keys: readonly { userId: string; key: string }[]): Promise<void> {
    if (keys.length === 0) return;
    const marked = await this.repository.markKeysRead(keys, this.now());
    if (marked.size > 0) this.database.afterCommit(() => this.toldEach(marked));
  }

  private async toldEach(marked: ReadonlyMap<string, string[]>): Promise<void> {
    const unread = await this.repository.countUnreadOfEach([...marked.keys()], this.now());
    for (const [userId, ids] of marked) this.feed.seen(userId, ids, unread.get(userId) ?? 0);
  }

  /** @returns how many are unread now. */
  private async told(userId: string, ids: string[]): Promise<number> {
    const unread = await this.unread(userId);
    if (ids.length > 0) this.feed.seen(userId, ids, unread);
    return unread;
  }

  private async newest(userId: string, unread: boolean): Promise<NotificationView[]> {
    return (await this.repository.page(userId, this.now(), { limit: SHOWN, unread })).map(viewOf);
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}
