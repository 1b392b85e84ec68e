/** Delays what may be taken back soon: the going of a user whose page is only being reloaded. */
import { setTimeout as delay } from 'node:timers/promises';

export class Linger {
  private readonly going = new Map<string, { go: () => void; timer: NodeJS.Timeout }>();

  constructor(private readonly delayMs: number) {}

  start(key: string, go: () => void): void {
    this.cancel(key);
    const timer = setTimeout(() => {
      this.going.delete(key);
      go();
    }, this.delayMs).unref();
    this.going.set(key, { go, timer });
  }

  cancel(key: string): void {
    clearTimeout(this.going.get(key)?.timer);
    this.going.delete(key);
  }

  /** Nobody waits any longer. */
  flush(): void {
    const all = [...this.going.values()];
    this.going.clear();
    for (const { go, timer } of all) {
      clearTimeout(timer);
      go();
    }
  }

  /** When nobody is waiting any more, or the signal says so; for as long as the delay at most. */
  async settled(signal: AbortSignal): Promise<void> {
    if (this.going.size > 0) await delay(this.delayMs, undefined, { signal }).catch(() => undefined);
  }
}
