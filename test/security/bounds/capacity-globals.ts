/** What a node as a whole takes in: connections, guests, and the rooms of all connections. */
import { bound, contracts, type GlobalBound, realtime, server } from './global-bound';

export const OF_CAPACITY: readonly GlobalBound[] = [
  bound(
    'connections',
    'what a quarter of the heap limit holds at 48 KiB each; twice as many before they are admitted',
    [
      'maxConnections',
      realtime('limits/node-capacity.ts', 'CONNECTION_HEAP_PART', '1 / 4'),
      realtime('limits/node-capacity.ts', 'CONNECTION_BYTES', '48 * 1024'),
      realtime('auth/transport-door.ts', 'FACTOR', '2'),
    ],
    'the connection is closed at the handshake, and its client tries again; before admission it is not opened',
  ),
  bound('connections of guests', 'half of them', ['guestSharePercent'], 'the connection is closed at the handshake'),
  bound(
    'rooms of all connections, each counted for each connection in it',
    'what a quarter of the heap limit holds at 400 bytes each; guests enter no more past half of it',
    [
      'maxRoomMemberships',
      'guestSharePercent',
      realtime('limits/node-capacity.ts', 'MEMBERSHIP_HEAP_PART', '1 / 4'),
      realtime('limits/node-capacity.ts', 'MEMBERSHIP_BYTES', '400'),
    ],
    'the connection is closed at the handshake, `UNAVAILABLE` for commands that join; a connection that belongs into a room that does not fit is closed with `OVERLOADED`, and starts afresh where it comes back',
  ),
  bound(
    'guests that begin',
    '600 a minute, 120 of them of one network (IPv6 /48, IPv4 /24)',
    [
      'guestsPerMinute',
      server('accounts/guests/guest-allowance.ts', 'NETWORK_SHARE', '1 / 5'),
      server('accounts/guests/guest-allowance.ts', 'MAX_NETWORKS', '10_000'),
    ],
    '`RATE_LIMITED`',
  ),
  bound(
    'users who have blocked a member, and are left out of an event of a conversation',
    '1,000: the members among them',
    [contracts('conversations.ts', 'MAX_MEMBERS', '1_000')],
    'the others are not there',
  ),
];
