/** All bounds: one file per domain, in the order of the page. */
import type { Bound } from './bound';
import { accountBounds } from './domains/accounts';
import { adminBounds } from './domains/admin';
import { adminUserBounds } from './domains/admin-users';
import { blockBounds } from './domains/blocks';
import { characterBounds } from './domains/characters';
import { chatBounds } from './domains/chat';
import { combatBounds } from './domains/combat';
import { conversationBounds } from './domains/conversations';
import { messageBounds } from './domains/messages';
import { notificationBounds } from './domains/notifications';
import { presenceBounds } from './domains/presence';
import { systemBounds } from './domains/system';

export const BOUND_DOMAINS: Readonly<Record<string, readonly Bound[]>> = {
  system: systemBounds,
  accounts: accountBounds,
  presence: presenceBounds,
  blocks: blockBounds,
  chat: chatBounds,
  characters: characterBounds,
  combat: combatBounds,
  conversations: conversationBounds,
  messages: messageBounds,
  notifications: notificationBounds,
  admin: [...adminBounds, ...adminUserBounds],
};

export const BOUNDS: readonly Bound[] = Object.values(BOUND_DOMAINS).flat();
