/** All bounds: one file per domain, in the order of the page. */
import type { Bound } from './bound';
import { accounts } from './domains/accounts';
import { admin } from './domains/admin';
import { blocks } from './domains/blocks';
import { characters } from './domains/characters';
import { chat } from './domains/chat';
import { conversations } from './domains/conversations';
import { messages } from './domains/messages';
import { notifications } from './domains/notifications';
import { presence } from './domains/presence';
import { system } from './domains/system';

/** By domain, whose name is that of its file. */
export const DOMAINS: Readonly<Record<string, readonly Bound[]>> = {
  system,
  accounts,
  presence,
  blocks,
  chat,
  characters,
  conversations,
  messages,
  notifications,
  admin,
};

export const BOUNDS: readonly Bound[] = Object.values(DOMAINS).flat();
