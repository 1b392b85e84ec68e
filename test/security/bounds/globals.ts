/** What the server keeps and does beyond single requests, and what bounds it: nothing a client can cause is without a bound. */
import { VARIABLES } from '../../../libs/platform/src/config/variables';

/** A constant of the sources, whose value a test compares with what stands here. */
export interface Constant {
  readonly file: string;
  readonly name: string;
  readonly value: string;
}

export interface GlobalBound {
  readonly what: string;
  readonly most: string;
  readonly by: readonly (Constant | keyof typeof VARIABLES)[];
  /** What becomes of what is past it. */
  readonly past: string;
}

const constant = (file: string, name: string, value: string): Constant => ({ file, name, value });
const realtime = (file: string, name: string, value: string) => constant(`libs/realtime/src/${file}`, name, value);
const server = (file: string, name: string, value: string) => constant(`apps/server/src/${file}`, name, value);
const contracts = (file: string, name: string, value: string) => constant(`libs/contracts/src/${file}`, name, value);
const bound = (
  what: string,
  most: string,
  by: readonly (Constant | keyof typeof VARIABLES)[],
  past: string,
): GlobalBound => ({ what, most, by, past });

export const GLOBAL_BOUNDS: Readonly<Record<string, readonly GlobalBound[]>> = {
  'Per connection': [
    bound('one frame or polling body', '64 KiB', ['maxPayloadBytes'], 'the connection is closed'),
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
    bound(
      'frames or requests before admission',
      '32, 12 KiB in all; 8 KiB unsent',
      [
        realtime('adapter/inbound-budget.ts', 'EARLY_FRAMES', '32'),
        realtime('adapter/inbound-budget.ts', 'EARLY_BYTES', '12 * 1024'),
        realtime('adapter/unsent-bytes.ts', 'EARLY_BYTES', '8 * 1024'),
      ],
      'the connection is ended at once',
    ),
    bound(
      'frames and bytes after it',
      '480 frames at once, four per event that its policy allows; 32 largest payloads at once, 4 a second',
      [
        realtime('adapter/transport-guard.ts', 'FRAME_BURST', '480'),
        realtime('adapter/transport-guard.ts', 'FRAMES_PER_EVENT', '4'),
        realtime('adapter/transport-guard.ts', 'PAYLOAD_BURST', '32'),
        realtime('adapter/transport-guard.ts', 'PAYLOADS_PER_SECOND', '4'),
      ],
      'the connection is ended at once',
    ),
    bound('rooms of a session that can be recovered', '5,000', ['recoveryMaxRooms'], 'it starts afresh'),
    bound(
      'rooms that a session has left, whose last events it may still get',
      '32',
      [realtime('recovery/local-sessions.ts', 'LEFT_AT_MOST', '32')],
      'what came to the one left first is not replayed',
    ),
    bound(
      'stays of a session in one room',
      '16, of two positions each',
      [realtime('recovery/room-spans.ts', 'NUMBERS_AT_MOST', '32')],
      'what came during the first is not replayed',
    ),
    bound('the one character that is played', '1', [], 'the one before leaves the world'),
    bound(
      'what a viewer is told who came and went',
      '4 times each, within 0.6 s',
      [server('world/area/view-news.ts', 'TELLINGS', '4'), server('world/area/view-news.ts', 'VIEW_EVERY', '2')],
      'it is forgotten',
    ),
  ],
  'Per user': [
    bound('connections on a node', '10', ['connectionsPerUser'], '`RATE_LIMITED` at the handshake'),
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
    bound(
      'sessions that wait for a return, on all nodes',
      '10',
      ['sessionsPerUser'],
      'the one that has been away for longest gives way',
    ),
    bound('conversations at the same time', '1,000', ['conversationsPerUser'], '`CONFLICT`'),
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
      'sessions',
      '100; of each its latest refresh tokens',
      [
        server('accounts/sessions/sessions.service.ts', 'MAX_SESSIONS', '100'),
        server('accounts/sessions/sessions.service.ts', 'REUSE_GRACE_MS', '5_000'),
      ],
      'the oldest ends; a token is deleted with the first exchange that comes 5 s after its own',
    ),
    bound('a session without a new refresh token', '30 days', ['refreshTokenTtlMs'], 'its rows are deleted'),
    bound('a guest who is not seen', '30 days', ['guestRetentionMs'], 'the account is deleted with all that it has'),
  ],
  'Per address': [
    bound('connections on a node', '200', ['connectionsPerIp'], '`RATE_LIMITED` at the handshake'),
    bound(
      'requests a minute, over all nodes',
      '300',
      [server('http/http-throttler.guard.ts', 'PER_MINUTE', '300')],
      '`RATE_LIMITED`',
    ),
    bound('a request body', '100 kB', [server('http/body.ts', 'LIMIT_KB', '100')], '`PAYLOAD_TOO_LARGE`'),
  ],
  'Per node, in memory': [
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
      '20,000, for a minute',
      [
        server('social/blocks/block-list.ts', 'MAX_ENTRIES', '20_000'),
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
    bound(
      'passwords being hashed',
      '2 at once, 32 MiB each; 60 wait',
      [server('accounts/auth/passwords.ts', 'AT_ONCE', '2'), server('accounts/auth/passwords.ts', 'MAX_WAITING', '60')],
      '`UNAVAILABLE`',
    ),
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
      'bytes that wait to be sent to all clients',
      'a quarter of the heap limit, 512 MiB',
      [
        'maxNodeWriteBufferBytes',
        realtime('adapter/unsent-bytes.ts', 'HEAP_PART', '1 / 4'),
        realtime('adapter/unsent-bytes.ts', 'MAX_DEFAULT_BYTES', '512 * 1024 * 1024'),
      ],
      'the connections with the most are closed',
    ),
    bound(
      'messages between nodes that are kept during an outage of Redis',
      '10,000',
      [realtime('cluster/cluster-bus.ts', 'MAX_KEPT', '10_000')],
      'caches of other nodes find out by themselves within a minute',
    ),
    bound(
      'events that wait for the journal during an outage of Redis',
      '10,000, and 64 MiB or a sixteenth of the heap limit',
      [
        realtime('recovery/submissions.ts', 'AT_MOST', '10_000'),
        realtime('recovery/submissions.ts', 'MAX_PENDING_BYTES', '64 * 1024 * 1024'),
        realtime('recovery/submissions.ts', 'HEAP_PART', '1 / 16'),
      ],
      'clients of the node get them; the oldest is given up for those of others: `system:resync`',
    ),
    bound(
      'changes of rights that wait for the journal during an outage of Redis',
      '30,000',
      [realtime('recovery/submissions.ts', 'MAX_ORDERS', '30_000')],
      'the oldest is given up; clients of other nodes come in anew',
    ),
    bound(
      'entries that a node holds while it reads the log of the journal',
      '10,000, and 16 MiB',
      [
        realtime('recovery/journal.ts', 'HELD_AT_MOST', '10_000'),
        realtime('recovery/journal.ts', 'HELD_BYTES', '16 * 1024 * 1024'),
      ],
      'they are read from the log',
    ),
    bound(
      'entries of the journal for clients that are coming back',
      '10,000, and 8 MiB',
      [realtime('recovery/ring.ts', 'SIZE', '5_000'), realtime('recovery/ring.ts', 'MOST_BYTES', '8 * 1024 * 1024')],
      'the older half goes; a client that needs it comes again',
    ),
    bound(
      'events of all rooms for those who are away, where there is no Redis',
      '256 MiB, or an eighth of the heap limit',
      [
        realtime('recovery/room-logs.ts', 'MAX_TOTAL_BYTES', '256 * 1024 * 1024'),
        realtime('recovery/room-logs.ts', 'HEAP_PART', '1 / 8'),
      ],
      'the oldest go, of all rooms; who has missed one starts afresh',
    ),
    bound(
      'sources of which the last entry is known',
      '1,000',
      [realtime('recovery/latest.ts', 'SOURCES_AT_MOST', '1_000')],
      'the one that has been silent for longest is forgotten',
    ),
    bound(
      'users whose latest coming or going is known, where there is no Redis',
      '100,000, for a day',
      [
        realtime('recovery/latest-words.ts', 'MAX_WORDS', '100_000'),
        realtime('recovery/recovery-store.ts', 'WORD_KEPT_MS', '24 * 60 * 60 * 1_000'),
      ],
      'the one not spoken of for longest is forgotten',
    ),
    bound(
      'rooms that users who are away were admitted to',
      '100,000',
      [realtime('recovery/admitted-rooms.ts', 'MAX_ROOMS', '100_000')],
      'events are kept for every room, also where nobody is awaited',
    ),
    bound(
      'entries into rooms, and exits, while events are on their way to the journal',
      '100,000',
      [realtime('recovery/moves.ts', 'MAX_MOVES', '100_000')],
      'those events are delivered at once; who came back meanwhile gets `system:resync`',
    ),
    bound(
      'sessions that ended during an outage of Redis, with their rooms',
      '10,000',
      [realtime('recovery/local-sessions.ts', 'MAX_DETACHED', '10_000')],
      'the oldest starts afresh',
    ),
    bound(
      'a text of a log line',
      '8 KiB',
      [constant('libs/platform/src/logging/redaction.ts', 'MAX_LENGTH', '8_192')],
      'it is cut',
    ),
    bound('connections to PostgreSQL', '20', ['databasePoolSize'], 'statements wait, then `UNAVAILABLE`'),
  ],
  'In the journal and in Redis': [
    bound(
      'events of a room for those who are away',
      '25,000; 64 MiB in Redis, and 16 MiB on a node that is alone',
      [
        'recoveryMaxEvents',
        realtime('recovery/recovery-scripts.ts', 'MOST_BYTES', '64 * 1024 * 1024'),
        realtime('recovery/room-log.ts', 'MOST_BYTES', '16 * 1024 * 1024'),
      ],
      'who has missed more starts afresh',
    ),
    bound(
      'large events of all rooms, in Redis',
      'what came within two periods of twice the window and two minutes',
      ['recoveryWindowMs', realtime('recovery/recovery-bounds.ts', 'SLACK_MS', '60_000')],
      'no session is old enough to ask for them; where Redis is full, see [what reaches a client](delivery.md)',
    ),
    bound(
      'events of all rooms for nodes that were cut off, in Redis',
      '40,000, and 64 MiB',
      [realtime('recovery/recovery-bounds.ts', 'LOG_EVENTS', '40_000')],
      'clients of such a node come back to what their rooms keep, or get `system:resync`',
    ),
    bound(
      'one read of them',
      '1,000, and 4 MiB',
      [realtime('recovery/recovery-scripts.ts', 'READ_BYTES', '4 * 1024 * 1024')],
      'the node reads on',
    ),
    bound('a session whose connection has ended', '2 minutes', ['recoveryWindowMs'], 'it is forgotten'),
    bound('a rate bucket', 'until it is full again', [], 'it expires'),
    bound(
      'positions of a node in a zone',
      'a minute',
      [server('world/redis-zone-positions.ts', 'TTL_MS', '60_000')],
      'they expire',
    ),
  ],
  'In PostgreSQL': [
    bound(
      'what was said on channels and whispered',
      '90 days',
      [server('chat/chat-retention.ts', 'CHAT_RETENTION_MS', '90 * DAY_MS')],
      'it is deleted',
    ),
    bound('the log of a conversation', 'for good, at the rate of its members', [], 'see [limits](limits.md)'),
    bound('the record of what administrators did', 'for good', [], 'only administrators add to it'),
  ],
};
