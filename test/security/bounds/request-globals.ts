/** How many HTTP requests one address may send to a node, and how many a node handles. */
import { bound, contracts, type GlobalBound, realtime, server } from './global-bound';

export const OF_REQUESTS: readonly GlobalBound[] = [
  bound(
    'HTTP requests on a node, polling included',
    '400 a second, 800 at once; a body counts as one more for each 8 KiB',
    [
      realtime('adapter/request-limits.ts', 'PER_CONNECTION', '2'),
      realtime('adapter/request-limits.ts', 'BURST_WINDOWS', '2'),
      realtime('adapter/request-limits.ts', 'BODY_UNIT_BYTES', '8 * 1024'),
      'connectionsPerIp',
    ],
    '429 `RATE_LIMITED`, and the connection is closed',
  ),
  bound(
    'requests to the API that are answered 4xx, on a node',
    '16 a second, 400 at once; one that is answered 429 counts as four',
    [
      realtime('adapter/request-limits.ts', 'REFUSED_PER_SECOND', '16'),
      realtime('adapter/request-limits.ts', 'RATE_LIMITED_COST', '4'),
      'connectionsPerIp',
    ],
    'all but those of the sockets are answered 429 `RATE_LIMITED` before they reach the API, and the connection is closed',
  ),
  bound(
    'unanswered HTTP requests of one TCP connection',
    '32',
    [realtime('adapter/request-line.ts', 'MAX_UNANSWERED', '32')],
    'the TCP connection is closed; one is handled at a time',
  ),
];

export const OF_ALL_REQUESTS: readonly GlobalBound[] = [
  bound(
    'HTTP requests with a token handled at once',
    'half as many as connections to PostgreSQL; passwords and exports beside them',
    [server('http/answer-limits.ts', 'DATABASE_PART', '1 / 2'), 'databasePoolSize'],
    'users take turns',
  ),
  bound(
    'sessions opened by polling and not admitted',
    '2,000, for 5 s',
    [
      realtime('adapter/pending-sessions.ts', 'MAX_PENDING', '2_000'),
      realtime('adapter/pending-sessions.ts', 'TIME_PART', '1 / 2'),
      'connectTimeoutMs',
    ],
    'the oldest end',
  ),
  bound(
    'syncs under way',
    '4, of different users; 4 more of each user wait',
    [
      server('conversations/sync.service.ts', 'SYNCS_AT_ONCE', '4'),
      contracts('conversations.ts', 'MAX_WAITING_SYNCS', '4'),
    ],
    'they wait, then `RATE_LIMITED`',
  ),
];
