/** What the transport and recovery keep, and what bounds it. */
import { bound, type GlobalBound, realtime } from './global-bound';

export const OF_CONNECTIONS: readonly GlobalBound[] = [
  bound(
    'pings that find out what has arrived',
    '4 a second, of which one is unanswered',
    [realtime('adapter/delivery-probe.ts', 'PING_EVERY_MS', '250')],
    'the next one finds out about all that was written',
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
    '480 frames at once, four per event that its policy allows; attachments beside them, ten per event: 600 at once, 300 a second; 16 largest payloads at once, 2 a second',
    [
      realtime('adapter/transport-guard.ts', 'FRAME_BURST', '480'),
      realtime('adapter/transport-guard.ts', 'FRAMES_PER_EVENT', '4'),
      realtime('adapter/transport-guard.ts', 'MAX_ATTACHMENTS', '10'),
      realtime('adapter/transport-guard.ts', 'PAYLOAD_BURST', '16'),
      realtime('adapter/transport-guard.ts', 'PAYLOADS_PER_SECOND', '2'),
    ],
    'the connection is ended at once',
  ),
  bound(
    'missed events that are written at once',
    '16 MiB, beside what may be unsent',
    ['maxWriteBufferBytes'],
    'the connection is closed behind them; the client comes back for the rest',
  ),
  bound(
    'time to read them, once the connection is closed',
    '30 s, 16 KiB in each second',
    [realtime('adapter/last-words.ts', 'LEAST_READ_BYTES', '16 * 1024')],
    'the client comes back for what it has not read',
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
];

export const OF_USERS: readonly GlobalBound[] = [
  bound(
    'sessions that wait for a return, on all nodes',
    '10',
    ['sessionsPerUser'],
    'the one that has been away for longest gives way',
  ),
  bound(
    'missed events that are read for who comes back, on a node',
    '48 MiB a minute, 64 MiB at once: three and four times what is written at once',
    [
      realtime('quota/replay-budget.ts', 'PARTS_PER_WINDOW', '3'),
      realtime('quota/replay-budget.ts', 'PARTS_AT_ONCE', '4'),
      'maxWriteBufferBytes',
    ],
    'the connection is closed; the session is kept, and clients come back',
  ),
];

export const OF_NODES: readonly GlobalBound[] = [
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
    'users and conversations whose latest version is known, where there is no Redis',
    '100,000, for a day',
    [
      realtime('recovery/latest-versions.ts', 'MAX_KEYS', '100_000'),
      realtime('recovery/recovery-store.ts', 'VERSION_KEEP_MS', '24 * 60 * 60 * 1_000'),
    ],
    'the one recorded longest ago is evicted',
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
];

export const OF_THE_JOURNAL: readonly GlobalBound[] = [
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
  bound(
    'one read of what a client that comes back has missed',
    '100 rooms, and 256 KiB',
    [
      realtime('recovery/restore-scripts.ts', 'PART_BYTES', '256 * 1024'),
      realtime('recovery/restore-scripts.ts', 'PART_ROOMS', '100'),
    ],
    'the node reads on, and Redis answers others in between',
  ),
  bound(
    'of that, what is gathered before it is given to the client',
    '4 MiB',
    [realtime('recovery/missed-records.ts', 'MOST_BYTES', '4 * 1024 * 1024')],
    'the first half is kept, and the rest is read after it',
  ),
];
