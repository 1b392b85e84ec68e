/** What a browser offers a client: `createClient({ url, getToken, ...browser() })`. */
import type { Environment } from '../options';
import { browserTabs } from './browser-tabs';
import { IndexedDbStorage } from './indexed-db-storage';
import { onBrowserWake } from './wake-signals';

const DEFAULT_DATABASE = 'aeturnis';

export interface BrowserOptions {
  /**
   * Keeps unsent messages in a database of this name, `aeturnis-<name>`, and shares them with the tabs that use the same
   * name. Clients of one origin that connect to different servers, or belong to different applications, need different
   * names; the default is one database, `aeturnis`.
   */
  readonly name?: string;
}

/** Unsent messages survive a reload, tabs share them, and a dead connection is found when the page is shown again. */
export function browser({ name }: BrowserOptions = {}): Environment {
  const database = name === undefined ? DEFAULT_DATABASE : `${DEFAULT_DATABASE}-${name}`;
  return {
    storage: new IndexedDbStorage(database),
    tabs: browserTabs(database),
    onWake: onBrowserWake,
    fetch: (url, options) => fetch(url, options),
  };
}
