/** The notifications of the visitor, by the live feed. */
import type { Client } from '@aeturnis/client';
import type { NotificationView } from '@aeturnis/contracts';
import { signal } from '@preact/signals';

export class Notices {
  readonly list = signal<readonly NotificationView[]>([]);
  readonly unread = signal(0);

  constructor(private readonly client: Client) {
    client.on('notification:new', (notice) => {
      const known = this.list.value.find(({ id }) => id === notice.id);
      if (!known) this.unread.value += 1;
      this.list.value = [notice, ...this.list.value.filter(({ id }) => id !== notice.id)];
    });
    client.on('notification:seen', ({ ids, unread }) => {
      this.unread.value = unread;
      this.list.value = this.list.value.filter(({ id }) => !ids.includes(id));
    });
  }

  async subscribe(): Promise<void> {
    const { unread, notifications } = await this.client.request('subscribe:notifications', {});
    this.unread.value = unread;
    this.list.value = notifications;
  }

  async read(notificationId: string): Promise<void> {
    const { unread } = await this.client.request('notification:read', { notificationId });
    this.unread.value = unread;
    this.list.value = this.list.value.filter(({ id }) => id !== notificationId);
  }

  async readAll(): Promise<void> {
    await this.client.request('notification:read_all', {});
    this.unread.value = 0;
    this.list.value = [];
  }
}
