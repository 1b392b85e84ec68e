/** Carries the correlation id and the user of a command or request through its asynchronous calls, for log lines and queues. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

export interface Correlation {
  /** Generated on first use: most commands log nothing. */
  id?: string;
  readonly event?: string;
  userId?: string;
  /** Client address; not logged. */
  readonly address?: string;
  readonly isForAllUsers?: boolean;
}

const storage = new AsyncLocalStorage<Correlation>();

export function withCorrelation<T>(correlation: Correlation, work: () => T): T {
  return storage.run(correlation, work);
}

/** Like `withCorrelation`, for a work object that is its own correlation: saves an allocation per command. */
export function runAsCorrelation<W extends Correlation, T>(work: W, begin: (work: W) => T): T {
  return storage.run(work, begin, work);
}

/** Runs work outside the current correlation, for timers and other work that outlives the current command. */
export function withoutCorrelation<T>(work: () => T): T {
  return storage.exit(work);
}

export const currentCorrelation = (): Correlation | undefined => storage.getStore();

/** The id of the current correlation, or a new id outside of one. */
export function correlationId(): string {
  const store = storage.getStore();
  if (!store) return randomUUID();
  return (store.id ??= randomUUID());
}

/** The user, or else the client address, that caused the current work; undefined for work that serves all users. */
export function currentInitiator(): string | undefined {
  const store = storage.getStore();
  return store?.isForAllUsers ? undefined : (store?.userId ?? store?.address);
}

/** Runs work that serves all users, such as a shared batch. Its log lines keep the correlation id of the command that started it. */
export function runForAllUsers<T>(work: () => T): T {
  const store = storage.getStore();
  if (!store) return work();
  store.id ??= randomUUID();
  return storage.run(Object.assign(Object.create(store) as Correlation, { isForAllUsers: true }), work);
}

/** @param event names work that no command or request started, for log lines and for its share of the database connections. */
export function runInBackground<T>(event: string, work: () => T): T {
  return storage.run({ event, isForAllUsers: true }, work);
}
