/** What deletes the rows of each table: a foreign key, or code that is named here and that a test looks for. */
import { type Constant, constant } from './global-bound';

export interface Retention {
  readonly table: string;
  /** When a row goes. */
  readonly goes: string;
  /** The table whose rows it goes with, by a foreign key; or who deletes it, as a file and a method of it. */
  readonly by: { readonly cascade: string } | { readonly code: readonly Constant[] } | { readonly never: string };
}

const method = (file: string, name: string): Constant => constant(`apps/server/src/${file}`, name, '');
const code = (...by: Constant[]) => ({ code: by });
const ENDED = method('conversations/retention.repository.ts', 'removeSome');

export const RETENTION: readonly Retention[] = [
  {
    table: 'accounts',
    goes: 'when its user deletes it; that of a guest `GUEST_RETENTION` after it was last seen',
    by: code(method('accounts/account-data.ts', 'erase'), method('accounts/guests/guest-purge.ts', 'purge')),
  },
  {
    table: 'refresh_tokens',
    goes: 'with its account; once it has expired, after `REFRESH_TOKEN_TTL`; sooner where the account has more than `MAX_ENDED_TOKENS` of sessions that have ended, or an exchange leaves it behind',
    by: code(
      method('accounts/guests/guest-purge.ts', 'forgetSome'),
      method('accounts/sessions/refresh-tokens.repository.ts', 'removeRevoked'),
      method('accounts/sessions/refresh-tokens.repository.ts', 'removeUsed'),
    ),
  },
  {
    table: 'known_addresses',
    goes: 'with its account; once it has not been used for long',
    by: code(method('accounts/addresses/known-addresses.ts', 'removeExpired')),
  },
  {
    table: 'nodes',
    goes: 'when the node ends; a day after it was last seen, when another one starts',
    by: code(method('nodes/nodes.repository.ts', 'leave'), method('nodes/nodes.repository.ts', 'forgetGone')),
  },
  { table: 'admin_names', goes: 'never', by: { never: 'one row for each name that `ADMIN_USERS` has ever listed' } },
  { table: 'admin_audit', goes: 'never', by: { never: 'only administrators add to it' } },
  {
    table: 'characters',
    goes: 'when its player deletes it; with the account',
    by: code(method('characters/characters-of-account.ts', 'removeAll')),
  },
  {
    table: 'presence_settings',
    goes: 'with the account',
    by: code(method('presence/presence.repository.ts', 'forget')),
  },
  { table: 'blocks', goes: 'when it ends; with either account', by: { cascade: 'accounts' } },
  {
    table: 'chat_messages',
    goes: 'after `CHAT_RETENTION_MS`; what was said on channels with the account',
    by: code(method('chat/chat.repository.ts', 'deleteOldest'), method('chat/chat-of-account.ts', 'forgetSome')),
  },
  {
    table: 'notifications',
    goes: 'after `NOTIFICATION_LIFE_MS`; past `MAX_NOTIFICATIONS` of a user; with the account, that of the one who caused it too',
    by: code(
      method('notifications/notifications.repository.ts', 'deleteExpired'),
      method('notifications/arrivals.repository.ts', 'trim'),
      method('notifications/notification.service.ts', 'forget'),
    ),
  },
  {
    table: 'notification_absences',
    goes: 'when it is decided what has not reached the user, or the user is back: within two minutes or so',
    by: code(
      method('notifications/absences.repository.ts', 'take'),
      method('notifications/absences.repository.ts', 'removeReturned'),
    ),
  },
  {
    table: 'conversations',
    goes: '`ENDED_RETENTION_MS` after its last entry, where nobody is in it any more',
    by: code(method('conversations/conversation-retention.ts', 'run'), ENDED),
  },
  { table: 'conversation_heads', goes: 'with the conversation', by: { cascade: 'conversations' } },
  {
    table: 'conversation_members',
    goes: 'with the conversation; with the account; `FORMER_RETENTION_MS` after the membership has ended',
    by: code(
      method('conversations/retention.repository.ts', 'removeFormer'),
      method('conversations/members.repository.ts', 'forget'),
    ),
  },
  { table: 'conversation_log', goes: 'with the conversation', by: code(ENDED) },
  {
    table: 'conversation_reactions',
    goes: 'when it is taken back; with the account; with the conversation',
    by: code(ENDED, method('conversations/reactions.repository.ts', 'forgetSome')),
  },
  {
    table: 'conversation_reaction_counts',
    goes: 'with the last reaction that it counts',
    by: code(constant('apps/server/migrations/0005_bounded_reads.sql', 'conversation_reactions_count', '')),
  },
  {
    table: 'conversation_unpublished',
    goes: 'once all entries are published; with the conversation',
    by: code(method('conversations/publications.repository.ts', 'advance'), ENDED),
  },
];
