/** Bounds of what the transport and session resume keep. */
import { globalBound, type GlobalBound, realtimeConstant } from './global-bound';

export const TRANSPORT_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'pings that probe what has arrived',
    '4 a second, one of them unanswered',
    [realtimeConstant('transport/outbound/delivery-probe.ts', 'PING_EVERY_MS', '250')],
    'the next one covers all that was written',
  ),
  globalBound(
    'frames or requests before admission',
    '32, 12 KiB in all; 8 KiB unsent',
    [
      realtimeConstant('transport/inbound/inbound-budget.ts', 'MAX_EARLY_FRAMES', '32'),
      realtimeConstant('transport/inbound/inbound-budget.ts', 'MAX_EARLY_BYTES', '12 * 1024'),
      realtimeConstant('transport/outbound/unsent-bytes.ts', 'MAX_EARLY_UNSENT_BYTES', '8 * 1024'),
    ],
    'the connection is ended at once',
  ),
  globalBound(
    'frames and bytes after admission',
    '480 frames at once, four per event that its policy allows; attachments beside them, ten per event: 600 at once, 300 a second; 16 largest payloads at once, 2 a second',
    [
      realtimeConstant('transport/limits/transport-guard.ts', 'FRAME_BURST', '480'),
      realtimeConstant('transport/limits/transport-guard.ts', 'FRAMES_PER_EVENT', '4'),
      realtimeConstant('transport/limits/transport-guard.ts', 'MAX_ATTACHMENTS', '10'),
      realtimeConstant('transport/limits/transport-guard.ts', 'PAYLOAD_BURST', '16'),
      realtimeConstant('transport/limits/transport-guard.ts', 'PAYLOADS_PER_SECOND', '2'),
    ],
    'the connection is ended at once',
  ),
  globalBound(
    'missed events that are written at once',
    '16 MiB, beside what may be unsent',
    ['maxWriteBufferBytes'],
    'the connection is closed after them; the client reconnects for the rest',
  ),
  globalBound(
    'time to read them, once the connection is closed',
    '30 s, 16 KiB in each second',
    [realtimeConstant('transport/outbound/closing-grace.ts', 'MIN_READ_BYTES', '16 * 1024')],
    'the client reconnects for what it has not read',
  ),
  globalBound('rooms of a session that can be recovered', '5,000', ['recoveryMaxRooms'], 'a new session starts'),
  globalBound(
    'rooms that a session has left, whose last events it may still get',
    '32',
    [realtimeConstant('resume/sessions/local-sessions.ts', 'MAX_LEFT_ROOMS', '32')],
    'events of the room left first are not replayed',
  ),
  globalBound(
    'stays of a session in one room',
    '16, of two positions each',
    [realtimeConstant('resume/sessions/session-rooms.ts', 'MAX_INTERVAL_NUMBERS', '32')],
    'events of the first stay are not replayed',
  ),
];

export const USER_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'disconnected sessions that can be resumed, on all nodes',
    '10',
    ['sessionsPerUser'],
    'the one disconnected longest ago is evicted',
  ),
  globalBound(
    'missed events that are read for reconnecting clients, on a node',
    '48 MiB a minute, 64 MiB at once: three and four times what is written at once',
    [
      realtimeConstant('quota/replay-budget.ts', 'REPLAYS_PER_WINDOW', '3'),
      realtimeConstant('quota/replay-budget.ts', 'REPLAYS_AT_ONCE', '4'),
      'maxWriteBufferBytes',
    ],
    'the connection is closed; the session is kept, and the client reconnects',
  ),
];

export const NODE_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'bytes that wait to be sent to all clients',
    'a quarter of the heap limit, 512 MiB',
    [
      'maxNodeWriteBufferBytes',
      realtimeConstant('transport/outbound/unsent-bytes.ts', 'HEAP_FRACTION', '1 / 4'),
      realtimeConstant('transport/outbound/unsent-bytes.ts', 'MAX_DEFAULT_BYTES', '512 * 1024 * 1024'),
    ],
    'the connections with the most are closed',
  ),
  globalBound(
    'events that wait for the journal during an outage of Redis',
    '10,000, and 64 MiB or a sixteenth of the heap limit',
    [
      realtimeConstant('resume/journal/journal-producer.ts', 'MAX_UNSENT_EVENTS', '10_000'),
      realtimeConstant('resume/journal/journal-producer.ts', 'MAX_PENDING_BYTES', '64 * 1024 * 1024'),
      realtimeConstant('resume/journal/journal-producer.ts', 'HEAP_FRACTION', '1 / 16'),
    ],
    'clients of the node get them; the oldest is dropped for clients of other nodes: `system:resync`',
  ),
  globalBound(
    'changes of rights that wait for the journal during an outage of Redis',
    '30,000',
    [realtimeConstant('resume/journal/journal-producer.ts', 'MAX_ORDERS', '30_000')],
    'the oldest is dropped; clients of other nodes start new sessions',
  ),
  globalBound(
    'entries that a node holds while it reads the log of the journal',
    '10,000, and 16 MiB',
    [
      realtimeConstant('resume/journal/journal-consumer.ts', 'MAX_HELD_RECORDS', '10_000'),
      realtimeConstant('resume/journal/journal-consumer.ts', 'MAX_HELD_BYTES', '16 * 1024 * 1024'),
    ],
    'they are read from the log',
  ),
  globalBound(
    'entries of the journal for clients that reconnect',
    '10,000, and 8 MiB',
    [
      realtimeConstant('resume/journal/received-entries.ts', 'MIN_RECENT_ENTRIES', '5_000'),
      realtimeConstant('resume/journal/received-entries.ts', 'MAX_BYTES', '8 * 1024 * 1024'),
    ],
    'the older half is dropped; a client that needs it reconnects',
  ),
  globalBound(
    'events of all rooms for disconnected clients, without Redis',
    '256 MiB, or an eighth of the heap limit',
    [
      realtimeConstant('resume/stores/memory-journal.ts', 'MAX_TOTAL_BYTES', '256 * 1024 * 1024'),
      realtimeConstant('resume/stores/memory-journal.ts', 'HEAP_FRACTION', '1 / 8'),
    ],
    'the oldest of all rooms are dropped; a client that missed one starts a new session',
  ),
  globalBound(
    'sources whose last entry is known',
    '1,000',
    [realtimeConstant('resume/journal/received-entries.ts', 'MAX_SOURCES', '1_000')],
    'the one silent for longest is evicted',
  ),
  globalBound(
    'users and conversations whose latest version is known, without Redis',
    '100,000, for a day',
    [
      realtimeConstant('resume/stores/memory-journal.ts', 'MAX_KEYS', '100_000'),
      realtimeConstant('resume/stores/resume-store.ts', 'VERSION_KEEP_MS', '24 * 60 * 60 * 1_000'),
    ],
    'the one recorded longest ago is evicted',
  ),
  globalBound(
    'rooms that disconnected users were admitted to',
    '100,000',
    [realtimeConstant('resume/stores/memory-resume-store.ts', 'MAX_ADMITTED_ROOMS', '100_000')],
    'events are kept for every room, even without a disconnected member',
  ),
  globalBound(
    'entries into rooms, and exits, while events are on their way to the journal',
    '100,000',
    [realtimeConstant('resume/delivery/room-transitions.ts', 'MAX_TRANSITIONS', '100_000')],
    'those events are delivered at once; a client that reconnected in between gets `system:resync`',
  ),
  globalBound(
    'sessions that ended during an outage of Redis, with their rooms',
    '10,000',
    [realtimeConstant('resume/sessions/local-sessions.ts', 'MAX_DETACHED', '10_000')],
    'the oldest cannot be resumed',
  ),
];

export const JOURNAL_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'events of a room for disconnected clients',
    '25,000; 64 MiB in Redis, and 16 MiB on a node without Redis',
    [
      'recoveryMaxEvents',
      realtimeConstant('resume/stores/scripts/append-entries.lua', 'MAX_BYTES', '64 * 1024 * 1024'),
      realtimeConstant('resume/stores/memory-journal.ts', 'MAX_BYTES', '16 * 1024 * 1024'),
    ],
    'a client that missed more starts a new session',
  ),
  globalBound(
    'large events of all rooms, in Redis',
    'the events of two periods of twice the window and two minutes',
    ['recoveryWindowMs', realtimeConstant('resume/stores/resume-store.ts', 'DETECTION_SLACK_MS', '60_000')],
    'no session is old enough to ask for them; where Redis is full, see [what reaches a client](delivery.md)',
  ),
  globalBound(
    'events of all rooms for nodes that were cut off, in Redis',
    '40,000, and 64 MiB',
    [realtimeConstant('resume/stores/resume-store.ts', 'LOG_EVENTS', '40_000')],
    'clients of such a node resume from what their rooms keep, or get `system:resync`',
  ),
  globalBound(
    'one read of these events',
    '1,000, and 4 MiB',
    [realtimeConstant('resume/stores/scripts/read-log.lua', 'READ_BYTES', '4 * 1024 * 1024')],
    'the node reads on',
  ),
  globalBound(
    'one read of what a reconnecting client has missed',
    '100 rooms, and 256 KiB',
    [
      realtimeConstant('resume/stores/scripts/includes/read-rooms.lua', 'PART_BYTES', '256 * 1024'),
      realtimeConstant('resume/stores/redis-script-protocol.ts', 'PART_ROOMS', '100'),
    ],
    'the node reads on, and Redis answers others in between',
  ),
  globalBound(
    'missed events that are gathered before they are sent to the client',
    '4 MiB',
    [realtimeConstant('resume/stores/redis-resume-store.ts', 'MAX_BYTES', '4 * 1024 * 1024')],
    'the first half is kept, and the rest is read after it',
  ),
];
