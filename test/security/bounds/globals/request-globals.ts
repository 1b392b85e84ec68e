/** Bounds of how many HTTP requests one address may send to a node, and how many a node handles. */
import { globalBound, contractsConstant, type GlobalBound, realtimeConstant, serverConstant } from './global-bound';

export const REQUEST_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'HTTP requests on a node, polling included',
    '400 a second, 800 at once; a body counts as one more for each 8 KiB',
    [
      realtimeConstant('transport/limits/request-limits.ts', 'REQUESTS_PER_CONNECTION', '2'),
      realtimeConstant('transport/limits/request-limits.ts', 'BURST_WINDOWS', '2'),
      realtimeConstant('transport/limits/request-limits.ts', 'BODY_UNIT_BYTES', '8 * 1024'),
      'connectionsPerIp',
    ],
    '429 `RATE_LIMITED`, and the connection is closed',
  ),
  globalBound(
    'requests to the API that are answered 4xx, on a node',
    '16 a second, 400 at once; one that is answered 429 counts as four',
    [
      realtimeConstant('transport/limits/request-limits.ts', 'REFUSED_PER_SECOND', '16'),
      realtimeConstant('transport/limits/request-limits.ts', 'RATE_LIMITED_COST', '4'),
      'connectionsPerIp',
    ],
    'all but those of the sockets are answered 429 `RATE_LIMITED` before they reach the API, and the connection is closed',
  ),
  globalBound(
    'unanswered HTTP requests of one TCP connection',
    '32',
    [realtimeConstant('transport/limits/request-pipeline.ts', 'MAX_UNANSWERED', '32')],
    'the TCP connection is closed; one is handled at a time',
  ),
];

export const ALL_REQUEST_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'bytes of all HTTP bodies that are being received, by their declared length; a chunked body counts as the largest one',
    '32 MiB or a sixteenth of the heap limit, and at least one body',
    [
      realtimeConstant('transport/limits/incoming-bodies.ts', 'MAX_INCOMING_BYTES', '32 * 1024 * 1024'),
      realtimeConstant('transport/limits/incoming-bodies.ts', 'HEAP_FRACTION', '1 / 16'),
    ],
    '503 `UNAVAILABLE` before the body is read, and the connection is closed; for an address with fewer bytes, the connections of the oldest bodies of the address with the most are closed',
  ),
  globalBound(
    'HTTP requests with a token handled at once',
    'half as many as connections to PostgreSQL; passwords and exports beside them',
    [serverConstant('http/limits/response-limits.ts', 'DATABASE_SHARE', '1 / 2'), 'databasePoolSize'],
    'users take turns',
  ),
  globalBound(
    'sessions opened by polling and not admitted',
    '2,000, for 5 s',
    [
      realtimeConstant('transport/limits/pending-sessions.ts', 'MAX_PENDING', '2_000'),
      realtimeConstant('transport/limits/pending-sessions.ts', 'TIMEOUT_FRACTION', '1 / 2'),
      'connectTimeoutMs',
    ],
    'the oldest end',
  ),
  globalBound(
    'syncs under way',
    '4, of different users; 4 more of each user wait',
    [
      serverConstant('conversations/messages/sync.service.ts', 'MAX_CONCURRENT_SYNCS', '4'),
      contractsConstant('conversations/conversations.ts', 'MAX_WAITING_SYNCS', '4'),
    ],
    'they wait, then `RATE_LIMITED`',
  ),
];
