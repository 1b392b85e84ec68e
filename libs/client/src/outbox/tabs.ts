/** What the tabs of one browser share: who sends, and that something has changed. */
import type { Unsubscribe } from '../base/store';

export interface Tabs {
  /** Runs the work while no other tab runs work of this name. A closed tab gives its turn up. */
  exclusively(name: string, work: () => Promise<void>): Promise<void>;
  /** Calls back when another tab has announced a change. */
  onChange(listener: () => void): Unsubscribe;
  announceChange(): void;
}

/** Where there is only one. */
export const singleTab: Tabs = {
  exclusively: (_, work) => work(),
  onChange: () => () => undefined,
  announceChange: () => undefined,
};
