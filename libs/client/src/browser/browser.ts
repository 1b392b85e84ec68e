/** What a browser offers a client: `createClient({ url, getToken, ...browser() })`. */
import type { Environment } from '../options';
import { browserTabs } from './browser-tabs';
import { IndexedDbStorage } from './indexed-db-storage';
import { onBrowserWake } from './wake-signals';

/** Unsent messages survive a reload, tabs share them, and a dead connection is found when the page is shown again. */
export function browser(): Environment {
  return {
    storage: new IndexedDbStorage(),
    tabs: browserTabs(),
    onWake: onBrowserWake,
    fetch: (url, options) => fetch(url, options),
  };
}
