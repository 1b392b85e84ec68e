/** Follows one command or request through everything it causes, so that its log lines can be found together. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

export interface Correlation {
  /** Made on first use: most commands log nothing. */
  id?: string;
  readonly event?: string;
  userId?: string;
  /** Where it came from; not logged. */
  readonly address?: string;
  readonly servesEverybody?: boolean;
}

const current = new AsyncLocalStorage<Correlation>();

export function withCorrelation<T>(correlation: Correlation, work: () => T): T {
  return current.run(correlation, work);
}

/** The same for work that is its own correlation: nothing is made for it. */
export function inItsCorrelation<W extends Correlation, T>(work: W, begin: (work: W) => T): T {
  return current.run(work, begin, work);
}

/** For work that outlives what is going on now, and has nothing to do with it. */
export function withoutCorrelation<T>(work: () => T): T {
  return current.exit(work);
}

export const correlation = (): Correlation | undefined => current.getStore();

/** The id of what is going on now; a fresh one where nothing is. */
export function correlationId(): string {
  const store = current.getStore();
  if (!store) return randomUUID();
  return (store.id ??= randomUUID());
}

/** By which user what is going on now was caused, or from which address where no user is known; undefined for work that serves everybody. */
export function causedBy(): string | undefined {
  const store = current.getStore();
  return store?.servesEverybody ? undefined : (store?.userId ?? store?.address);
}

/** For work that serves more than the one who happened to begin it: its log lines are still found with what began it. */
export function forEverybody<T>(work: () => T): T {
  const store = current.getStore();
  if (!store) return work();
  store.id ??= randomUUID();
  return current.run(Object.assign(Object.create(store) as Correlation, { servesEverybody: true }), work);
}

/** For work that no command and no request began: a name for its log lines, and for its share of the database's connections. */
export function inBackground<T>(event: string, work: () => T): T {
  return current.run({ event, servesEverybody: true }, work);
}
