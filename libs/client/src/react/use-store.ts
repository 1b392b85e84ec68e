/** Stores of the client as state of a component. */
import { useSyncExternalStore } from 'react';
import type { ReadableStore } from '../base/store';
import type { ClientState } from '../chat-client';
import { useClient } from './client-context';

/** The value of a store, such as `client.combat.current`; renders after each change. */
export function useStore<Value>(store: ReadableStore<Value>): Value {
  const read = (): Value => store.get();
  return useSyncExternalStore(subscribersOf(store), read, read);
}

/** The connection, as `client.state` has it. */
export const useConnection = (): ClientState => useStore(useClient().state);

const subscribers = new WeakMap<object, (onChange: () => void) => () => void>();

/** The same function for the same store: another one would subscribe anew with each render. */
function subscribersOf(store: ReadableStore<unknown>): (onChange: () => void) => () => void {
  const known = subscribers.get(store);
  if (known) return known;
  const subscribe = (onChange: () => void): (() => void) => store.subscribe(onChange);
  subscribers.set(store, subscribe);
  return subscribe;
}
