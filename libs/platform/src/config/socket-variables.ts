/** The environment variables of the sockets: origins, heartbeats, limits and session resume. */
import { MAX_REQUEST_BYTES } from '@aeturnis/contracts';
import { choice, integer, list, milliseconds, variable } from './readers';

export const SOCKET_VARIABLES = {
  corsOrigins: variable('Sockets', {
    name: 'SOCKET_CORS_ORIGIN',
    read: list,
    fallback: [],
    doc: 'Allowed origins of browser pages and of app web views (capacitor://localhost, ionic://localhost), separated by commas. Unset: localhost in development, none in production.',
    example: 'https://play.example.com',
  }),
  pingIntervalMs: variable('Sockets', {
    name: 'PING_INTERVAL_MS',
    read: milliseconds(100),
    fallback: 25_000,
    doc: 'Interval between two heartbeat pings, in ms.',
  }),
  pingTimeoutMs: variable('Sockets', {
    name: 'PING_TIMEOUT_MS',
    read: milliseconds(100),
    fallback: 60_000,
    doc: 'How long the server waits for the answer to a ping before it closes the connection, in ms.',
  }),
  connectTimeoutMs: variable('Sockets', {
    name: 'CONNECT_TIMEOUT_MS',
    read: milliseconds(100),
    fallback: 10_000,
    doc: 'How long a new connection may take to join a namespace, in ms. It is closed afterwards.',
  }),
  maxPayloadBytes: variable('Sockets', {
    name: 'MAX_PAYLOAD_BYTES',
    read: integer(1024, 16 * 1024 * 1024),
    fallback: MAX_REQUEST_BYTES,
    doc: 'Largest message that a client may send. A larger command is answered with PAYLOAD_TOO_LARGE. A command above eight times this size, and any other larger message, closes the connection. Below the default, the longest texts do not fit in every encoding.',
  }),
  maxWriteBufferBytes: variable('Sockets', {
    name: 'MAX_WRITE_BUFFER_BYTES',
    read: integer(64 * 1024, 1024 * 1024 * 1024),
    fallback: 16 * 1024 * 1024,
    doc: 'Maximum bytes queued for one slow client. A connection above that is closed. A resuming client that missed more receives it in parts.',
  }),
  maxNodeWriteBufferBytes: variable('Sockets', {
    name: 'MAX_NODE_WRITE_BUFFER_BYTES',
    read: integer(1024 * 1024, 64 * 1024 * 1024 * 1024),
    fallback: undefined,
    doc: 'Maximum bytes queued for all clients of a node together. Above that, the connections with the most queued bytes are closed first. Unset: a quarter of the heap limit, at most 512 MiB.',
  }),
  socketCork: variable('Sockets', {
    name: 'SOCKET_CORK',
    read: choice('on', 'off'),
    fallback: 'on',
    doc: 'on: packets that are sent to a connection in one iteration of the event loop are written together, and plain commands are parsed on a fast path. off: one write per packet, as Socket.IO does.',
  }),
  connectionsPerIp: variable('Sockets', {
    name: 'CONNECTIONS_PER_IP',
    read: integer(1, 1_000_000),
    fallback: 200,
    doc: 'Maximum connections per client address (IPv6: per /64) and node.',
  }),
  connectionsPerUser: variable('Sockets', {
    name: 'CONNECTIONS_PER_USER',
    read: integer(1, 10_000),
    fallback: 10,
    doc: 'Maximum connections per user and node.',
  }),
  maxConnections: variable('Sockets', {
    name: 'MAX_CONNECTIONS',
    read: integer(1, 10_000_000),
    fallback: undefined,
    doc: 'Maximum connections per node. Further connections are closed before they are admitted, so that clients retry and may reach another node. Unset: a quarter of the heap limit divided by 48 KiB, about 5,000 for a heap of 1 GiB.',
  }),
  maxRoomMemberships: variable('Sockets', {
    name: 'MAX_ROOM_MEMBERSHIPS',
    read: integer(10, 1_000_000_000),
    fallback: undefined,
    doc: 'Maximum room memberships per node: a connection in three rooms counts three times. A connection whose rooms do not fit is closed, so that its client retries and may reach another node. Unset: a quarter of the heap limit divided by 400 bytes, about 670,000 for a heap of 1 GiB.',
  }),
  guestSharePercent: variable('Sockets', {
    name: 'GUEST_SHARE_PERCENT',
    read: integer(1, 100),
    fallback: 50,
    doc: 'Percentage of the connections of a node that guests may hold. Guests join no further rooms while this percentage of MAX_ROOM_MEMBERSHIPS is in use by guests and registered users together.',
  }),
  conversationsPerUser: variable('Sockets', {
    name: 'CONVERSATIONS_PER_USER',
    read: integer(1, 100_000),
    fallback: 1_000,
    doc: 'Maximum conversations that a user is a participant of. Above that, the user can neither start nor join another one.',
  }),
  connectsPerUser: variable('Sockets', {
    name: 'CONNECTS_PER_USER',
    read: integer(2, 1_000_000),
    fallback: 30,
    doc: 'Maximum connects per user, node and minute, two thirds of them at once. Further connections are closed without a refusal, so that clients retry.',
  }),
  commandDeadlineMs: variable('Sockets', {
    name: 'COMMAND_DEADLINE_MS',
    read: milliseconds(10),
    fallback: 10_000,
    doc: 'How long a command may run before it is answered with TIMEOUT, in ms.',
  }),
  limits: variable('Sockets', {
    name: 'LIMITS',
    read: choice('on', 'off'),
    fallback: 'on',
    doc: 'off: disables rate, handshake, connection and HTTP limits, for load tests. Must be on in production.',
  }),
  recoveryWindowMs: variable('Sockets', {
    name: 'RECOVERY_WINDOW_MS',
    read: milliseconds(1_000),
    fallback: 120_000,
    doc: 'How long after a disconnect a client can resume its session and receive the events it missed, in ms.',
  }),
  recoveryMaxEvents: variable('Sockets', {
    name: 'RECOVERY_MAX_EVENTS',
    read: integer(100, 1_000_000),
    fallback: 25_000,
    doc: 'Events that are kept per room for disconnected clients. A client that missed more starts a new session.',
  }),
  recoveryMaxRooms: variable('Sockets', {
    name: 'RECOVERY_MAX_ROOMS',
    read: integer(10, 1_000_000),
    fallback: 5_000,
    doc: 'Maximum rooms of a session that can be resumed. A client in more rooms starts a new session.',
  }),
  sessionsPerUser: variable('Sockets', {
    name: 'SESSIONS_PER_USER',
    read: integer(1, 10_000),
    fallback: 10,
    doc: 'Maximum disconnected sessions per user that can be resumed, over all nodes. Above that, the session that was disconnected first is evicted.',
  }),
  drainMs: variable('Sockets', {
    name: 'DRAIN_MS',
    // Below the 30 s that the shutdown phase `clients` may take, which includes reading the last commands.
    read: integer(0, 25_000),
    fallback: 5_000,
    doc: 'Time over which connections are closed at shutdown, in ms.',
  }),
} as const;
