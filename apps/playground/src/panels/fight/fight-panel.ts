/** The panel of fights. */
import { lazyView } from '../../ui/lazy-view';
import type { Panel } from '../panel';

export const fightPanel: Panel = {
  id: 'fight',
  title: 'Fight',
  icon: 'sword',
  badge: ({ challenges, ownTurn }) => challenges.value.length + Number(ownTurn.value !== undefined),
  View: lazyView(async () => (await import('./fight-view')).FightView),
};
