/** Delays the leave of a user without sockets, so that a page reload is not announced as offline and online again. */
import { setTimeout as delay } from 'node:timers/promises';

export class DeferredLeaves {
  private readonly pending = new Map<string, { leave: () => void; timer: NodeJS.Timeout }>();

  constructor(private readonly delayMs: number) {}

  schedule(userId: string, leave: () => void): void {
    this.cancel(userId);
    const timer = setTimeout(() => {
      this.pending.delete(userId);
      leave();
    }, this.delayMs).unref();
    this.pending.set(userId, { leave, timer });
  }

  cancel(userId: string): void {
    clearTimeout(this.pending.get(userId)?.timer);
    this.pending.delete(userId);
  }

  /** Executes all pending leaves at once. */
  flush(): void {
    const all = [...this.pending.values()];
    this.pending.clear();
    for (const { leave, timer } of all) {
      clearTimeout(timer);
      leave();
    }
  }

  /** Waits for one delay if leaves are pending, so that their users can reconnect; ends early when the signal aborts. */
  async waitForPending(signal: AbortSignal): Promise<void> {
    if (this.pending.size > 0) await delay(this.delayMs, undefined, { signal }).catch(() => undefined);
  }
}
