/** What deletes the rows of each table: a foreign key, or named code whose existence a test checks. */
import { type SourceConstant, sourceConstant } from './globals/global-bound';

export interface Retention {
  readonly table: string;
  readonly deletedWhen: string;
  /** The table whose deletions cascade to this one, or the files and methods that delete its rows. */
  readonly by: { readonly cascade: string } | { readonly code: readonly SourceConstant[] } | { readonly never: string };
}

const serverMethod = (file: string, name: string): SourceConstant =>
  sourceConstant(`apps/server/src/${file}`, name, '');
const deletedByCode = (...by: SourceConstant[]) => ({ code: by });
const ENDED_CONVERSATIONS = serverMethod('conversations/retention/conversation-retention.repository.ts', 'deleteSome');

export const RETENTION: readonly Retention[] = [
  {
    table: 'accounts',
    deletedWhen: 'when its user deletes it; the account of a guest `GUEST_RETENTION` after it was last seen',
    by: deletedByCode(
      serverMethod('accounts/account-data.ts', 'deleteAccount'),
      serverMethod('accounts/guests/guest-purge.ts', 'purge'),
    ),
  },
  {
    table: 'refresh_tokens',
    deletedWhen:
      'with its account; once it has expired, after `REFRESH_TOKEN_TTL`; sooner when the account has more than `MAX_ENDED_TOKENS` tokens of ended sessions, or when later exchanges have replaced it',
    by: deletedByCode(
      serverMethod('accounts/guests/guest-purge.ts', 'removeExpiredTokens'),
      serverMethod('accounts/sessions/refresh-tokens.repository.ts', 'removeRevoked'),
      serverMethod('accounts/sessions/refresh-tokens.repository.ts', 'removeUsed'),
    ),
  },
  {
    table: 'known_addresses',
    deletedWhen: 'with its account; once it has not been used for long',
    by: deletedByCode(serverMethod('accounts/addresses/known-addresses.ts', 'removeExpired')),
  },
  {
    table: 'nodes',
    deletedWhen: 'when the node ends; a day after it was last seen, when another one starts',
    by: deletedByCode(
      serverMethod('nodes/nodes.repository.ts', 'remove'),
      serverMethod('nodes/nodes.repository.ts', 'deleteExpired'),
    ),
  },
  {
    table: 'admin_names',
    deletedWhen: 'never',
    by: { never: 'one row for each name that `ADMIN_USERS` has ever listed' },
  },
  { table: 'user_notes', deletedWhen: 'with the account that they are about', by: { cascade: 'accounts' } },
  { table: 'admin_audit', deletedWhen: 'never', by: { never: 'only administrators add to it' } },
  {
    table: 'characters',
    deletedWhen: 'when its player deletes it; with the account',
    by: deletedByCode(serverMethod('characters/characters-of-account.ts', 'removeAll')),
  },
  {
    table: 'inventory_items',
    deletedWhen: 'when its count reaches 0; with the character',
    by: { cascade: 'characters' },
  },
  {
    table: 'fights',
    deletedWhen:
      '`FIGHT_RETENTION_DAYS` after its end; a challenge when it is declined or withdrawn, or expires; with the account of a user who takes part in it',
    by: deletedByCode(
      serverMethod('combat/fights/fights.repository.ts', 'deleteEnded'),
      serverMethod('combat/fights/fights.repository.ts', 'remove'),
    ),
  },
  {
    table: 'fight_players',
    deletedWhen: 'with the fight; with the account',
    by: deletedByCode(serverMethod('combat/fights/fight-players.repository.ts', 'removePlayer')),
  },
  { table: 'fight_entries', deletedWhen: 'with the fight', by: { cascade: 'fights' } },
  { table: 'fight_inputs', deletedWhen: 'with the fight', by: { cascade: 'fights' } },
  {
    table: 'fight_monsters',
    deletedWhen: 'when the fight ends; a defeated monster with the fight',
    by: { cascade: 'fights' },
  },
  {
    table: 'fight_seeds',
    deletedWhen: 'with the account',
    by: deletedByCode(serverMethod('combat/fairness/seeds.repository.ts', 'remove')),
  },
  { table: 'combat_state', deletedWhen: 'never', by: { never: 'one row' } },
  {
    table: 'presence_settings',
    deletedWhen: 'with the account',
    by: deletedByCode(serverMethod('presence/presence.repository.ts', 'deleteSettings')),
  },
  { table: 'blocks', deletedWhen: 'when it ends; with either account', by: { cascade: 'accounts' } },
  {
    table: 'chat_messages',
    deletedWhen: 'after `CHAT_RETENTION_MS`; messages on channels with the account',
    by: deletedByCode(
      serverMethod('chat/chat.repository.ts', 'deleteOldest'),
      serverMethod('chat/chat-of-account.ts', 'deleteSome'),
    ),
  },
  {
    table: 'notifications',
    deletedWhen:
      'after `NOTIFICATION_TTL_MS`; past `MAX_NOTIFICATIONS_PER_USER` of a user; with the account of its receiver, or of the user who caused it',
    by: deletedByCode(
      serverMethod('notifications/notifications.repository.ts', 'deleteExpired'),
      serverMethod('notifications/notification-upserts.repository.ts', 'trim'),
      serverMethod('notifications/notification.service.ts', 'deleteAllOf'),
    ),
  },
  {
    table: 'notification_absences',
    deletedWhen: 'when the undelivered messages are known, or the user is connected again: within about two minutes',
    by: deletedByCode(
      serverMethod('notifications/absences/absences.repository.ts', 'takePending'),
      serverMethod('notifications/absences/absences.repository.ts', 'removeReturned'),
    ),
  },
  {
    table: 'conversations',
    deletedWhen: '`EMPTY_CONVERSATION_RETENTION_MS` after its last entry, when it has no members',
    by: deletedByCode(serverMethod('conversations/retention/conversation-retention.ts', 'run'), ENDED_CONVERSATIONS),
  },
  { table: 'conversation_heads', deletedWhen: 'with the conversation', by: { cascade: 'conversations' } },
  {
    table: 'conversation_members',
    deletedWhen: 'with the conversation; with the account; `FORMER_MEMBER_RETENTION_MS` after the membership has ended',
    by: deletedByCode(
      serverMethod('conversations/retention/conversation-retention.repository.ts', 'deleteFormerMemberships'),
      serverMethod('conversations/members/members.repository.ts', 'deleteAllOf'),
    ),
  },
  { table: 'conversation_log', deletedWhen: 'with the conversation', by: deletedByCode(ENDED_CONVERSATIONS) },
  {
    table: 'conversation_reactions',
    deletedWhen: 'when it is removed; with the account; with the conversation',
    by: deletedByCode(
      ENDED_CONVERSATIONS,
      serverMethod('conversations/reactions/reactions.repository.ts', 'deleteSome'),
    ),
  },
  {
    table: 'conversation_reaction_counts',
    deletedWhen: 'with the last reaction that it counts',
    by: deletedByCode(
      sourceConstant('apps/server/migrations/0005_bounded_reads.sql', 'conversation_reactions_count', ''),
    ),
  },
  {
    table: 'conversation_unpublished',
    deletedWhen: 'once all entries are published; with the conversation',
    by: deletedByCode(
      serverMethod('conversations/publishing/publications.repository.ts', 'saveCheckpoints'),
      ENDED_CONVERSATIONS,
    ),
  },
];
