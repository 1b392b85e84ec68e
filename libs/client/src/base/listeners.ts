/** Listeners by event name. */
import { callSafely } from './report-error';
import type { Unsubscribe } from './store';

export class Listeners<Events extends object> {
  private readonly byName = new Map<keyof Events, Set<{ readonly handle: (payload: never) => void }>>();

  on<Name extends keyof Events>(name: Name, handle: (payload: Events[Name]) => void): Unsubscribe {
    // Wrapped, so that a function registered twice is called twice, and removed once.
    const listener = { handle };
    const listeners = this.byName.get(name) ?? new Set();
    this.byName.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const { handle } of [...(this.byName.get(name) ?? [])]) callSafely(() => handle(payload as never));
  }
}
