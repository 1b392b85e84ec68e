/** The panel of the account. */
import { lazyView } from '../../ui/lazy-view';
import type { Panel } from '../panel';

export const accountPanel: Panel = {
  id: 'account',
  title: 'Account',
  icon: 'user',
  View: lazyView(async () => (await import('./account-view')).AccountView),
};
