/** Bounds beyond single requests: whatever a client can make the server keep or do has one. */
import {
  globalBound,
  sourceConstant,
  contractsConstant,
  type GlobalBound,
  realtimeConstant,
  serverConstant,
} from './global-bound';
import { ALL_REQUEST_BOUNDS, REQUEST_BOUNDS } from './request-globals';
import { FIGHT_BOUNDS, FIGHT_ROWS, FIGHTS_OF_USER } from './fight-globals';
import { CAPACITY_BOUNDS } from './capacity-globals';
import { PASSWORD_BOUNDS } from './password-globals';
import { CONNECTION_BOUNDS } from './connection-globals';
import { USER_BOUNDS, NODE_BOUNDS, JOURNAL_BOUNDS } from './recovery-globals';
import { ROW_BOUNDS } from './row-globals';

export const GLOBAL_BOUNDS: Readonly<Record<string, readonly GlobalBound[]>> = {
  'Per connection': CONNECTION_BOUNDS,
  'Per user': [
    globalBound(
      'connections on a node',
      '10',
      ['connectionsPerUser'],
      'the connection is closed, and a stock client tries again',
    ),
    globalBound(
      'rate buckets on a node',
      '200 with a key of their own, one for each other command',
      [realtimeConstant('commands/limits/user-buckets.ts', 'MAX_KEYS_PER_USER', '200')],
      'further keys of a command share one bucket',
    ),
    globalBound(
      'connects to a node within a minute',
      '30, up to 20 of them at once',
      ['connectsPerUser'],
      'the connection is closed; the client reconnects',
    ),
    ...USER_BOUNDS,
    ...FIGHTS_OF_USER,
    globalBound('conversations at the same time', '1,000', ['conversationsPerUser'], '`CONFLICT`'),
    globalBound(
      'direct conversations beside them that other users started',
      '100',
      [serverConstant('conversations/quota/conversation-quota.ts', 'MAX_MESSAGE_REQUESTS', '100')],
      'the oldest that is not answered is hidden',
    ),
    globalBound(
      'groups beside them to which strangers have added the user',
      '50',
      [serverConstant('conversations/quota/conversation-quota.ts', 'MAX_GROUPS_BY_STRANGERS', '50')],
      'the user is left out',
    ),
    globalBound(
      'members of a conversation',
      '1,000',
      [contractsConstant('conversations/conversations.ts', 'MAX_MEMBERS', '1_000')],
      '`CONFLICT`',
    ),
    globalBound('blocks made', '1,000', [contractsConstant('blocks.ts', 'MAX_BLOCKS', '1_000')], '`CONFLICT`'),
    globalBound(
      'characters',
      '8',
      [serverConstant('characters/characters.service.ts', 'MAX_CHARACTERS', '8')],
      '`CONFLICT`',
    ),
    globalBound(
      'notifications',
      '200, for 30 days',
      [
        serverConstant('notifications/notification.service.ts', 'MAX_NOTIFICATIONS_PER_USER', '200'),
        serverConstant('notifications/notification.service.ts', 'NOTIFICATION_TTL_MS', '30 * 86_400_000'),
      ],
      'the oldest read one is deleted, then the oldest',
    ),
    globalBound(
      'refresh tokens of sessions that have ended',
      '100',
      [serverConstant('accounts/sessions/sessions.service.ts', 'MAX_ENDED_TOKENS', '100')],
      'the one that ended first is deleted',
    ),
    globalBound(
      'sessions',
      '100, each with its latest refresh tokens',
      [
        serverConstant('accounts/sessions/sessions.service.ts', 'MAX_SESSIONS', '100'),
        serverConstant('accounts/sessions/sessions.service.ts', 'REUSE_GRACE_MS', '30_000'),
      ],
      'the oldest ends; a token is deleted by the first exchange 30 s after its own',
    ),
    globalBound('a session without a new refresh token', '30 days', ['refreshTokenTtlMs'], 'its rows are deleted'),
    globalBound(
      'a guest account that is not used',
      '30 days',
      ['guestRetentionMs'],
      'the account is deleted with all its data',
    ),
    globalBound(
      'HTTP requests handled at once',
      '4; 64 more wait',
      [
        serverConstant('http/limits/fair-request-limiter.ts', 'MAX_PER_USER', '4'),
        serverConstant('http/limits/fair-request-limiter.ts', 'MAX_WAITING', '64'),
      ],
      'further ones wait, then `RATE_LIMITED`',
    ),
    globalBound(
      'bytes answered over HTTP',
      '24 MB a minute, 4 MB at once',
      [realtimeConstant('quota/byte-budget.ts', 'MAX_DEBT_MS', '60_000')],
      '`RATE_LIMITED`; one large answer always passes',
    ),
  ],
  'Per fight': FIGHT_BOUNDS,
  'Per address': [
    ...REQUEST_BOUNDS,
    globalBound(
      'bytes of one HTTP body',
      '131,072, or `MAX_PAYLOAD_BYTES` where that is more',
      [contractsConstant('payload-size.ts', 'MAX_REQUEST_BYTES', '128 * 1024'), 'maxPayloadBytes'],
      '413 `PAYLOAD_TOO_LARGE` before it is read; past it while it is read, the TCP connection is closed',
    ),
    globalBound(
      'time of one HTTP request to arrive',
      '10 s for its headers, 30 s in all',
      ['connectTimeoutMs', realtimeConstant('transport/limits/tcp-limits.ts', 'REQUEST_TIMEOUT_MS', '30_000')],
      '408, and the TCP connection is closed',
    ),
    globalBound('an idle HTTP connection', '65 s', ['httpKeepAliveMs'], 'the TCP connection is closed'),
    globalBound(
      'connections on a node',
      '200',
      ['connectionsPerIp'],
      'the connection is closed, and a stock client tries again',
    ),
    globalBound(
      'requests a minute, over all nodes',
      '300',
      [serverConstant('http/limits/http-throttler.guard.ts', 'MAX_PER_MINUTE', '300')],
      '`RATE_LIMITED`',
    ),
  ],
  'Per node, in memory': [
    ...ALL_REQUEST_BOUNDS,
    ...CAPACITY_BOUNDS,
    globalBound(
      'quota buckets',
      '100,000',
      [realtimeConstant('quota/memory-quota-store.ts', 'MAX_KEYS', '100_000')],
      'the one unused for longest is evicted',
    ),
    globalBound(
      'states of accounts',
      '10,000, for 10 s',
      [
        serverConstant('accounts/tokens/account-states.ts', 'MAX_ENTRIES', '10_000'),
        serverConstant('accounts/tokens/account-states.ts', 'TTL_MS', '10_000'),
      ],
      'the one unused for longest is read again',
    ),
    globalBound(
      'users with their blocks',
      '20,000 users and 200,000 blocks, for a minute',
      [
        serverConstant('social/blocks/block-list.ts', 'MAX_CACHED_USERS', '20_000'),
        serverConstant('social/blocks/block-list.ts', 'MAX_CACHED_RELATIONS', '200_000'),
        serverConstant('social/blocks/block-list.ts', 'MAX_AGE_MS', '60_000'),
      ],
      'the one unused for longest is read again',
    ),
    globalBound(
      'characters by id',
      '10,000, for a minute',
      [
        serverConstant('characters/character-cache.ts', 'MAX_ENTRIES', '10_000'),
        serverConstant('characters/character-cache.ts', 'MAX_AGE_MS', '60_000'),
      ],
      'the one unused for longest is read again',
    ),
    ...PASSWORD_BOUNDS,
    globalBound(
      'messages of one conversation that wait to be stored',
      '1,000',
      [serverConstant('conversations/messages/pending-messages.ts', 'MAX_PENDING', '1_000')],
      '`UNAVAILABLE`',
    ),
    globalBound(
      'characters in a zone, over all nodes',
      '5,000',
      [serverConstant('world/zone-membership.ts', 'CAPACITY', '5_000')],
      '`ROOM_FULL`',
    ),
    globalBound(
      'characters whose connection has dropped',
      'one per connection, for 10 s',
      [serverConstant('world/played-characters/disconnect-grace-period.ts', 'GRACE_PERIOD_MS', '10_000')],
      'they leave the world',
    ),
    globalBound(
      'characters whose latest stay is remembered, per node',
      '10,000',
      [serverConstant('world/played-characters/character-takeover.ts', 'MAX_REMEMBERED', '10_000')],
      'the one claimed longest ago is evicted',
    ),
    globalBound(
      'departures of a zone that are announced to other nodes',
      '5,000',
      [serverConstant('world/replication/replication-delta.ts', 'MAX_DEPARTURES', '5_000')],
      'other nodes notice them within 11 s',
    ),
    globalBound(
      'positions that wait to be written',
      'one per character that was played',
      [serverConstant('world/positions/position-writer.ts', 'INTERVAL_MS', '1_500')],
      'a later position replaces the earlier one',
    ),
    globalBound(
      'users whose online announcement failed during an outage of the database',
      '10,000',
      [serverConstant('presence/presence-announcer.ts', 'MAX_UNANNOUNCED', '10_000')],
      'they are not announced afterwards',
    ),
    globalBound(
      'messages between nodes that are kept during an outage of Redis',
      '10,000',
      [realtimeConstant('cluster/cluster-bus.ts', 'MAX_DEFERRED', '10_000')],
      'caches of other nodes expire within a minute',
    ),
    globalBound(
      'ends of connections, and deliveries over connections, that wait for the database',
      '100,000 of each',
      [serverConstant('notifications/absences/absences.service.ts', 'MAX_UNRECORDED', '100_000')],
      'the oldest are dropped: such a user is notified as if the node had been killed',
    ),
    ...NODE_BOUNDS,
    globalBound(
      'a text of a log line',
      '1,000 characters',
      [sourceConstant('libs/platform/src/logging/redaction.ts', 'MAX_LENGTH', '1_000')],
      'it is cut',
    ),
    globalBound('connections to PostgreSQL', '20', ['databasePoolSize'], 'statements wait, then `UNAVAILABLE`'),
  ],
  'In the journal and in Redis': [
    ...JOURNAL_BOUNDS,
    globalBound('a session whose connection has ended', '2 minutes', ['recoveryWindowMs'], 'it expires'),
    globalBound('a rate bucket', 'until it is full again', [], 'it expires'),
    globalBound(
      'positions of a node in a zone',
      'a minute',
      [serverConstant('world/positions/redis-zone-positions.ts', 'TTL_MS', '60_000')],
      'they expire',
    ),
  ],
  'In PostgreSQL': [...ROW_BOUNDS, ...FIGHT_ROWS],
};
