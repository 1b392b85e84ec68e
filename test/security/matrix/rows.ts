/** All rows of the matrix: one file per domain, in the order of the page. */
import { accountRows } from './domains/accounts';
import { adminRows } from './domains/admin';
import { blockRows } from './domains/blocks';
import { characterRows } from './domains/characters';
import { chatRows } from './domains/chat';
import { combatRows } from './domains/combat';
import { conversationRows } from './domains/conversations';
import { messageRows } from './domains/messages';
import { notificationRows } from './domains/notifications';
import { presenceRows } from './domains/presence';
import { systemRows } from './domains/system';
import type { MatrixRow } from './row';

/** Rows by domain. Each domain has a file of the same name. */
export const ROW_DOMAINS: Readonly<Record<string, readonly MatrixRow[]>> = {
  system: systemRows,
  accounts: accountRows,
  presence: presenceRows,
  blocks: blockRows,
  chat: chatRows,
  // Before the characters, some of whom are in another zone afterwards.
  combat: combatRows,
  characters: characterRows,
  conversations: conversationRows,
  messages: messageRows,
  notifications: notificationRows,
  admin: adminRows,
};

export const ROWS: readonly MatrixRow[] = Object.values(ROW_DOMAINS).flat();
