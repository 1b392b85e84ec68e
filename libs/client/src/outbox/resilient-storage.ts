/** Storage that goes on in memory when the device refuses to store, as browsers do in private mode, or does not answer. */
import type { ClientClock } from '../base/clock';
import { within } from '../base/within';
import type { OutboxEntry, OutboxStorage } from './outbox-storage';

/** An operation of the device that takes longer is given up. */
const LIMIT_MS = 3_000;

export class ResilientStorage implements OutboxStorage {
  /** As the device has listed it. */
  private stored: readonly OutboxEntry[] = [];
  /** By `tempId`, what was put or removed since. What the device has not taken counts for as long as the page lives. */
  private readonly changes = new Map<string, { readonly entry?: OutboxEntry; readonly isSaved: boolean }>();
  private isHanging = false;
  isPersistent = true;
  /** Whether the latest list is that of the device. */
  isCurrent = false;

  constructor(
    private readonly device: OutboxStorage,
    private readonly clock: ClientClock,
  ) {}

  /** By `order`. */
  async list(userId: string): Promise<readonly OutboxEntry[]> {
    // What changes while the device lists may be missing from its list.
    const listed = new Set(this.changes.values());
    const stored = await this.attempt(() => this.device.list(userId));
    this.isCurrent = !!stored;
    if (stored) this.stored = stored;
    const byTempId = new Map(this.stored.map((entry) => [entry.tempId, entry]));
    for (const [tempId, change] of this.changes)
      if (stored && change.isSaved && listed.has(change)) this.changes.delete(tempId);
      else if (change.entry) byTempId.set(tempId, change.entry);
      else byTempId.delete(tempId);
    return [...byTempId.values()]
      .filter((entry) => entry.userId === userId)
      .sort((one, other) => one.order - other.order);
  }

  async put(entry: OutboxEntry): Promise<void> {
    this.isPersistent = await this.change(entry.tempId, () => this.device.put(entry), { entry });
  }

  async remove(entry: OutboxEntry): Promise<void> {
    await this.change(entry.tempId, () => this.device.remove(entry));
  }

  close(): void {
    this.device.close?.();
  }

  private async change(tempId: string, work: () => Promise<void>, put: { entry?: OutboxEntry } = {}): Promise<boolean> {
    const isSaved = !!(await this.attempt(() => work().then(() => true)));
    this.changes.set(tempId, { ...put, isSaved });
    return isSaved;
  }

  /** @returns undefined if the device has failed. While an operation hangs, no other one is tried. */
  private async attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      if (this.isHanging) throw new Error();
      const end = (): boolean => (this.isHanging = false);
      const onTimeout = (): boolean => (this.isHanging = true);
      return await within(this.clock, LIMIT_MS, 'storage', () => work().finally(end), onTimeout);
    } catch {
      this.isPersistent = false;
      return undefined;
    }
  }
}
