/** A value that can be read and observed. */
import { callSafely } from './report-error';

export type Unsubscribe = () => void;

/** What an application sees of a store. */
export interface ReadableStore<Value> {
  get(): Value;
  /** Calls at once with the current value, then after each change. */
  subscribe(listener: (value: Value) => void): Unsubscribe;
}

export class Store<Value> implements ReadableStore<Value> {
  private readonly listeners = new Set<{ readonly notify: (value: Value) => void }>();

  constructor(private value: Value) {}

  get(): Value {
    return this.value;
  }

  set(value: Value): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    // A listener that sets another value has notified all of that one.
    for (const listener of [...this.listeners])
      if (value === this.value && this.listeners.has(listener)) callSafely(() => listener.notify(value));
  }

  subscribe(notify: (value: Value) => void): Unsubscribe {
    const listener = { notify };
    this.listeners.add(listener);
    callSafely(() => notify(this.value));
    return () => void this.listeners.delete(listener);
  }
}
