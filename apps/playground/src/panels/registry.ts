/** The panels of the game, in the order of their tabs. */
import { accountPanel } from './account/account-panel';
import { chatPanel } from './chat/chat-panel';
import { fightPanel } from './fight/fight-panel';
import { messagesPanel } from './messages/messages-panel';
import { notificationsPanel } from './notifications/notifications-panel';
import type { Panel } from './panel';
import { peoplePanel } from './people/people-panel';

export const PANELS: readonly Panel[] = [
  chatPanel,
  messagesPanel,
  fightPanel,
  peoplePanel,
  notificationsPanel,
  accountPanel,
];
