/** The stores of the SDK as signals, which components read. */
import type { ReadableStore, Unsubscribe } from '@aeturnis/client';
import { type ReadonlySignal, signal } from '@preact/signals';

/** Follows the store until `unsubscribe` is called. */
export function signalOf<Value>(store: ReadableStore<Value>): {
  readonly signal: ReadonlySignal<Value>;
  readonly unsubscribe: Unsubscribe;
} {
  const followed = signal(store.get());
  const unsubscribe = store.subscribe((value) => (followed.value = value));
  return { signal: followed, unsubscribe };
}
