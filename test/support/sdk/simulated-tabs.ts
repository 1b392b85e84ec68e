/** The tabs of one browser: they share the storage, take turns by locks, and announce changes, as the browser lets them. */
import type { Tabs } from '../../../libs/client/src/outbox/tabs';

interface Waiting {
  readonly tab: object;
  readonly start: () => void;
}

export class SimulatedBrowser {
  private readonly listeners = new Map<object, () => void>();
  private readonly holders = new Map<string, object>();
  private readonly queues = new Map<string, Waiting[]>();

  openTab(): { readonly tabs: Tabs; close(): void } {
    const tab = {};
    const tabs: Tabs = {
      exclusively: (name, work) =>
        new Promise((resolve, reject) => {
          const start = (): void => {
            this.holders.set(name, tab);
            const done = (): void => this.release(name, tab);
            work().then(resolve, reject).finally(done);
          };
          if (this.holders.has(name)) this.queues.set(name, [...(this.queues.get(name) ?? []), { tab, start }]);
          else start();
        }),
      onChange: (listener) => {
        this.listeners.set(tab, listener);
        return () => void this.listeners.delete(tab);
      },
      announceChange: () => {
        for (const [other, listener] of this.listeners) if (other !== tab) void Promise.resolve().then(listener);
      },
    };
    return { tabs, close: () => this.closeTab(tab) };
  }

  /** A closed tab holds no locks and waits for none. */
  private closeTab(tab: object): void {
    this.listeners.delete(tab);
    for (const [name, queue] of this.queues)
      this.queues.set(
        name,
        queue.filter((waiting) => waiting.tab !== tab),
      );
    for (const [name, holder] of this.holders) if (holder === tab) this.release(name, tab);
  }

  private release(name: string, tab: object): void {
    if (this.holders.get(name) !== tab) return;
    this.holders.delete(name);
    const [next, ...others] = this.queues.get(name) ?? [];
    this.queues.set(name, others);
    next?.start();
  }
}
