/** The outbox in the AsyncStorage of React Native: one key for each message, so that no write touches another message. */
import type { OutboxEntry, OutboxStorage } from '../outbox/outbox-storage';

/** The part of AsyncStorage that is used. */
export interface AsyncStorageLike {
  getAllKeys(): Promise<readonly string[]>;
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
  removeItem(key: string): Promise<void>;
}

export class AsyncOutboxStorage implements OutboxStorage {
  constructor(
    private readonly device: AsyncStorageLike,
    private readonly name = 'aeturnis',
  ) {}

  async list(userId: string): Promise<readonly OutboxEntry[]> {
    const prefix = this.prefixOf(userId);
    const keys = (await this.device.getAllKeys()).filter((key) => key.startsWith(prefix));
    const values = await Promise.all(keys.map((key) => this.device.getItem(key)));
    return values.filter((value) => value !== null).map((value) => JSON.parse(value) as OutboxEntry);
  }

  put(entry: OutboxEntry): Promise<void> {
    return this.device.setItem(this.keyOf(entry), JSON.stringify(entry));
  }

  remove(entry: OutboxEntry): Promise<void> {
    return this.device.removeItem(this.keyOf(entry));
  }

  private prefixOf(userId: string): string {
    return `${this.name}:outbox:${userId}:`;
  }

  private keyOf({ userId, tempId }: OutboxEntry): string {
    return this.prefixOf(userId) + tempId;
  }
}
