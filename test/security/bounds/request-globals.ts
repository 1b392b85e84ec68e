/** How many HTTP requests one address may send to a node, before anything is spent on them. */
import { bound, type GlobalBound, realtime } from './global-bound';

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
