/** Bounds of what a node as a whole accepts: connections, guests, and the rooms of all connections. */
import { globalBound, contractsConstant, type GlobalBound, realtimeConstant, serverConstant } from './global-bound';

export const CAPACITY_BOUNDS: readonly GlobalBound[] = [
  globalBound(
    'connections',
    'what a quarter of the heap limit holds at 48 KiB each; twice as many before they are admitted',
    [
      'maxConnections',
      realtimeConstant('quota/default-capacity.ts', 'CONNECTION_HEAP_SHARE', '1 / 4'),
      realtimeConstant('quota/default-capacity.ts', 'CONNECTION_BYTES', '48 * 1024'),
      realtimeConstant('auth/connection-admission.ts', 'PENDING_FACTOR', '2'),
    ],
    'the connection is closed at the handshake, and its client tries again; before admission it is not opened',
  ),
  globalBound(
    'connections of guests',
    'half of them',
    ['guestSharePercent'],
    'the connection is closed at the handshake',
  ),
  globalBound(
    'rooms of all connections, each counted for each connection in it',
    'what a quarter of the heap limit holds at 400 bytes each; guests may use half of it',
    [
      'maxRoomMemberships',
      'guestSharePercent',
      realtimeConstant('quota/default-capacity.ts', 'MEMBERSHIP_HEAP_SHARE', '1 / 4'),
      realtimeConstant('quota/default-capacity.ts', 'MEMBERSHIP_BYTES', '400'),
    ],
    'the connection is closed at the handshake, `UNAVAILABLE` for commands that join; a connection that must join a room past the bound is closed with `OVERLOADED`, and starts a new session when it reconnects',
  ),
  globalBound(
    'new guests',
    '600 a minute, 120 of them from one network (IPv6 /48, IPv4 /24)',
    [
      'guestsPerMinute',
      serverConstant('accounts/guests/guest-rate-limiter.ts', 'NETWORK_SHARE', '1 / 5'),
      serverConstant('accounts/guests/guest-rate-limiter.ts', 'MAX_NETWORKS', '10_000'),
    ],
    '`RATE_LIMITED`',
  ),
  globalBound(
    'users left out of an event of a conversation, because they blocked a member',
    '1,000: the members among them',
    [contractsConstant('conversations/conversations.ts', 'MAX_MEMBERS', '1_000')],
    'other users do not receive the event anyway',
  ),
];
