/** What the server keeps and does beyond single requests, and what bounds it: nothing a client can cause is without a bound. */
import { bound, constant, contracts, type GlobalBound, realtime, server } from './global-bound';
import { OF_ALL_REQUESTS, OF_REQUESTS } from './request-globals';
import { OF_CAPACITY } from './capacity-globals';
import { OF_PASSWORDS } from './password-globals';
import { OF_CONNECTIONS, OF_USERS, OF_NODES, OF_THE_JOURNAL } from './recovery-globals';
import { OF_ROWS } from './row-globals';

export const GLOBAL_BOUNDS: Readonly<Record<string, readonly GlobalBound[]>> = {
  'Per connection': [
    bound(
      'one message or polling body',
      '128 KiB',
      ['maxPayloadBytes', realtime('adapter/oversized-message.ts', 'MOST_SKIPPED_PAYLOADS', '8')],
      'a command over a WebSocket is skipped and answered by `PAYLOAD_TOO_LARGE`; past eight times that, and for all else, the connection is closed',
    ),
    bound(
      'bytes that wait to be sent',
      '16 MiB',
      ['maxWriteBufferBytes'],
      'volatile events are left out, then the connection is closed',
    ),
    bound(
      'commands that wait their turn',
      '100, one runs',
      [realtime('commands/command-dispatcher.ts', 'MAX_WAITING', '100')],
      '`RATE_LIMITED`',
    ),
    bound('time of one command', '10 s', ['commandDeadlineMs'], '`TIMEOUT`; the next command runs'),
    bound(
      'refused commands',
      '150 in 10 s',
      [
        realtime('limits/flood-guard.ts', 'MAX_BREACHES', '150'),
        realtime('limits/flood-guard.ts', 'BREACH_WINDOW_MS', '10_000'),
      ],
      'the connection is closed',
    ),
    bound(
      'a payload',
      '8 levels, 64 keys of an object, 1,000 entries of a list',
      [
        realtime('commands/payload-shape.ts', 'MAX_DEPTH', '8'),
        realtime('commands/payload-shape.ts', 'MAX_KEYS', '64'),
        realtime('commands/payload-shape.ts', 'MAX_ITEMS', '1_000'),
      ],
      '`VALIDATION`',
    ),
    bound(
      'what a refusal repeats of a request',
      '20 fields, 64 characters of a name, 200 of a problem',
      [
        realtime('commands/ws-validation.pipe.ts', 'MAX_DETAILS', '20'),
        realtime('commands/ws-validation.pipe.ts', 'MAX_FIELD_LENGTH', '64'),
        realtime('commands/ws-validation.pipe.ts', 'MAX_PROBLEM_LENGTH', '200'),
      ],
      'it is cut',
    ),
    bound(
      'users whose presence is followed',
      '500',
      [server('presence/presence-watching.ts', 'MAX_WATCHED', '500')],
      '`VALIDATION`',
    ),
    bound(
      'conversations in which the sign of writing is shown',
      '240: commands of a connection within 6 s',
      [server('conversations/typing.service.ts', 'TYPING_MS', '6_000')],
      'the sign ends by itself',
    ),
    ...OF_CONNECTIONS,
    bound('the one character that is played', '1', [], 'the one before leaves the world'),
    bound(
      'what a viewer is told who came and went',
      '4 times each, within 0.6 s',
      [server('world/area/view-news.ts', 'TELLINGS', '4'), server('world/area/view-news.ts', 'VIEW_EVERY', '2')],
      'it is forgotten',
    ),
  ],
  'Per user': [
    bound(
      'connections on a node',
      '10',
      ['connectionsPerUser'],
      'the connection is closed, and a stock client tries again',
    ),
    bound(
      'rate buckets on a node',
      '200 with a key of their own, one for each other command',
      [realtime('limits/user-buckets.ts', 'MAX_KEYS_PER_USER', '200')],
      'further keys of a command share one bucket',
    ),
    bound(
      'connects to a node within a minute',
      '30, of which 20 at once',
      ['connectsPerUser'],
      'the connection is closed; clients come back',
    ),
    ...OF_USERS,
    bound('conversations at the same time', '1,000', ['conversationsPerUser'], '`CONFLICT`'),
    bound(
      'direct conversations beside them that others have begun',
      '100',
      [server('conversations/conversation-places.ts', 'MAX_REQUESTS', '100')],
      'the oldest that is not answered is hidden',
    ),
    bound('members of a conversation', '1,000', [contracts('conversations.ts', 'MAX_MEMBERS', '1_000')], '`CONFLICT`'),
    bound('blocks made', '1,000', [contracts('blocks.ts', 'MAX_BLOCKS', '1_000')], '`CONFLICT`'),
    bound('characters', '8', [server('characters/characters.service.ts', 'MAX_CHARACTERS', '8')], '`CONFLICT`'),
    bound(
      'notifications',
      '200, for 30 days',
      [
        server('notifications/notification.service.ts', 'MAX_NOTIFICATIONS', '200'),
        server('notifications/notification.service.ts', 'NOTIFICATION_LIFE_MS', '30 * 86_400_000'),
      ],
      'the oldest that was read goes, then the oldest',
    ),
    bound(
      'refresh tokens of sessions that have ended',
      '100',
      [server('accounts/sessions/sessions.service.ts', 'MAX_ENDED_TOKENS', '100')],
      'the one that ended first is deleted',
    ),
    bound(
      'sessions',
      '100; of each its latest refresh tokens',
      [
        server('accounts/sessions/sessions.service.ts', 'MAX_SESSIONS', '100'),
        server('accounts/sessions/sessions.service.ts', 'REUSE_GRACE_MS', '30_000'),
      ],
      'the oldest ends; a token is deleted with the first exchange that comes 30 s after its own',
    ),
    bound('a session without a new refresh token', '30 days', ['refreshTokenTtlMs'], 'its rows are deleted'),
    bound('a guest who is not seen', '30 days', ['guestRetentionMs'], 'the account is deleted with all that it has'),
    bound(
      'HTTP requests handled at once',
      '4; 64 more wait',
      [server('http/request-slots.ts', 'AT_ONCE', '4'), server('http/request-slots.ts', 'MAX_WAITING', '64')],
      'further ones wait, then `RATE_LIMITED`',
    ),
    bound(
      'bytes answered over HTTP',
      '24 MB a minute, 4 MB at once',
      [realtime('quota/byte-budget.ts', 'MOST_DEBT_MS', '60_000')],
      '`RATE_LIMITED`; one large answer always passes',
    ),
  ],
  'Per address': [
    ...OF_REQUESTS,
    bound(
      'bytes of one HTTP body',
      '131,072, or `MAX_PAYLOAD_BYTES` where that is more',
      [contracts('payload-size.ts', 'MAX_REQUEST_BYTES', '128 * 1024'), 'maxPayloadBytes'],
      '413 `PAYLOAD_TOO_LARGE` before it is read; past it while it is read, the TCP connection is closed',
    ),
    bound(
      'time of one HTTP request to arrive',
      '10 s its headers, 30 s all of it',
      ['connectTimeoutMs', realtime('adapter/tcp-limits.ts', 'REQUEST_TIMEOUT_MS', '30_000')],
      '408, and the TCP connection is closed',
    ),
    bound('an idle HTTP connection', '65 s', ['httpKeepAliveMs'], 'the TCP connection is closed'),
    bound(
      'connections on a node',
      '200',
      ['connectionsPerIp'],
      'the connection is closed, and a stock client tries again',
    ),
    bound(
      'requests a minute, over all nodes',
      '300',
      [server('http/http-throttler.guard.ts', 'PER_MINUTE', '300')],
      '`RATE_LIMITED`',
    ),
  ],
  'Per node, in memory': [
    ...OF_ALL_REQUESTS,
    ...OF_CAPACITY,
    bound(
      'quota buckets',
      '100,000',
      [realtime('quota/memory-quota-store.ts', 'MAX_KEYS', '100_000')],
      'the one not touched for longest is forgotten',
    ),
    bound(
      'states of accounts',
      '10,000, for 10 s',
      [
        server('accounts/tokens/account-states.ts', 'MAX_ENTRIES', '10_000'),
        server('accounts/tokens/account-states.ts', 'TTL_MS', '10_000'),
      ],
      'the oldest is read anew',
    ),
    bound(
      'users with their blocks',
      '20,000 users and 200,000 blocks, for a minute',
      [
        server('social/blocks/block-list.ts', 'MAX_ENTRIES', '20_000'),
        server('social/blocks/block-list.ts', 'MAX_RELATIONS', '200_000'),
        server('social/blocks/block-list.ts', 'MAX_AGE_MS', '60_000'),
      ],
      'the oldest is read anew',
    ),
    bound(
      'characters by id',
      '10,000, for a minute',
      [
        server('characters/character-cache.ts', 'MAX_ENTRIES', '10_000'),
        server('characters/character-cache.ts', 'MAX_AGE_MS', '60_000'),
      ],
      'the one not asked for longest is read anew',
    ),
    ...OF_PASSWORDS,
    bound(
      'messages of one conversation that wait to be stored',
      '1,000',
      [server('conversations/sending/waiting.ts', 'MOST_WAITING', '1_000')],
      '`UNAVAILABLE`',
    ),
    bound(
      'characters in a zone, over all nodes',
      '5,000',
      [server('world/zone-members.ts', 'CAPACITY', '5_000')],
      '`ROOM_FULL`',
    ),
    bound(
      'characters whose connection has dropped',
      'one per connection, for 10 s',
      [server('world/lingering.ts', 'LINGER_MS', '10_000')],
      'they leave the world',
    ),
    bound(
      'characters whose latest stay is remembered, per node',
      '10,000',
      [server('world/takeover.ts', 'MAX_REMEMBERED', '10_000')],
      'the one claimed the longest ago is forgotten',
    ),
    bound(
      'departures of a zone that are announced to other nodes',
      '5,000',
      [server('world/area/own-news.ts', 'MOST_GONE', '5_000')],
      'other nodes find out within 11 s',
    ),
    bound(
      'positions that wait to be written',
      'one per character that was played',
      [server('world/position-writer.ts', 'INTERVAL_MS', '1_500')],
      'the later one takes the place of the earlier',
    ),
    bound(
      'users of whose coming nobody could be told during an outage of the database',
      '10,000',
      [server('presence/presence-announcer.ts', 'MAX_UNTOLD', '10_000')],
      'they are not announced afterwards',
    ),
    bound(
      'messages between nodes that are kept during an outage of Redis',
      '10,000',
      [realtime('cluster/cluster-bus.ts', 'MAX_KEPT', '10_000')],
      'caches of other nodes find out by themselves within a minute',
    ),
    bound(
      'ends of connections, and what had arrived by them, that wait for the database',
      '100,000 of each',
      [server('notifications/absences.service.ts', 'MAX_UNRECORDED', '100_000')],
      'the oldest are forgotten: such a user is notified as if the node had been killed',
    ),
    ...OF_NODES,
    bound(
      'a text of a log line',
      '1,000 characters',
      [constant('libs/platform/src/logging/redaction.ts', 'MAX_LENGTH', '1_000')],
      'it is cut',
    ),
    bound('connections to PostgreSQL', '20', ['databasePoolSize'], 'statements wait, then `UNAVAILABLE`'),
  ],
  'In the journal and in Redis': [
    ...OF_THE_JOURNAL,
    bound('a session whose connection has ended', '2 minutes', ['recoveryWindowMs'], 'it is forgotten'),
    bound('a rate bucket', 'until it is full again', [], 'it expires'),
    bound(
      'positions of a node in a zone',
      'a minute',
      [server('world/redis-zone-positions.ts', 'TTL_MS', '60_000')],
      'they expire',
    ),
  ],
  'In PostgreSQL': OF_ROWS,
};
