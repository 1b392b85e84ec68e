/** Storage that goes on in memory when the device refuses to store, as browsers do in private mode. */
import { MemoryStorage, type OutboxEntry, type OutboxStorage } from './outbox-storage';

export class ResilientStorage implements OutboxStorage {
  /** Holds what the device has not taken. */
  private readonly memory = new MemoryStorage();
  /** What the device could not remove. */
  private readonly removed = new Set<string>();
  isPersistent = true;

  constructor(private readonly device: OutboxStorage) {}

  /** By `order`. */
  async list(userId: string): Promise<readonly OutboxEntry[]> {
    const held = await this.memory.list(userId);
    const stored = await this.attempt(() => this.device.list(userId), []);
    const byTempId = new Map([...stored, ...held].map((entry) => [entry.tempId, entry]));
    for (const tempId of this.removed) byTempId.delete(tempId);
    return [...byTempId.values()].sort((one, other) => one.order - other.order);
  }

  async put(entry: OutboxEntry): Promise<void> {
    await this.memory.put(entry);
    const isStored = await this.attempt(() => this.device.put(entry).then(() => true), false);
    this.isPersistent = isStored;
    if (isStored) await this.memory.remove(entry);
  }

  async remove(entry: OutboxEntry): Promise<void> {
    await this.memory.remove(entry);
    const isRemoved = await this.attempt(() => this.device.remove(entry).then(() => true), false);
    if (!isRemoved) this.removed.add(entry.tempId);
  }

  private async attempt<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await work();
    } catch {
      this.isPersistent = false;
      return otherwise;
    }
  }
}
