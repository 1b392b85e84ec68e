/** The environment variables of the sockets: how clients reach them, and what a client may make the server do. */
import { MAX_REQUEST_BYTES } from '@aeturnis/contracts';
import { choice, integer, list, milliseconds, variable } from './readers';

export const SOCKET_VARIABLES = {
  corsOrigins: variable('Sockets', {
    name: 'SOCKET_CORS_ORIGIN',
    read: list,
    fallback: [],
    doc: 'Origins of browser clients and of web views of apps (capacitor://localhost, ionic://localhost), separated by commas. Unset: localhost in development, none in production.',
    example: 'https://play.example.com',
  }),
  pingIntervalMs: variable('Sockets', {
    name: 'PING_INTERVAL_MS',
    read: milliseconds(100),
    fallback: 25_000,
    doc: 'Time between two heartbeats.',
  }),
  pingTimeoutMs: variable('Sockets', {
    name: 'PING_TIMEOUT_MS',
    read: milliseconds(100),
    fallback: 60_000,
    doc: 'How long a client may stay silent after a heartbeat.',
  }),
  connectTimeoutMs: variable('Sockets', {
    name: 'CONNECT_TIMEOUT_MS',
    read: milliseconds(100),
    fallback: 10_000,
    doc: 'How long a connection may take to enter a namespace.',
  }),
  maxPayloadBytes: variable('Sockets', {
    name: 'MAX_PAYLOAD_BYTES',
    read: integer(1024, 16 * 1024 * 1024),
    fallback: MAX_REQUEST_BYTES,
    doc: 'Largest message a client may send. A larger command is answered by PAYLOAD_TOO_LARGE; more than eight times that, and anything else that is larger, closes the connection. With less than the default, the longest texts do not fit in every encoding.',
  }),
  maxWriteBufferBytes: variable('Sockets', {
    name: 'MAX_WRITE_BUFFER_BYTES',
    read: integer(64 * 1024, 1024 * 1024 * 1024),
    fallback: 16 * 1024 * 1024,
    doc: 'How much may wait for a client that reads too slowly; past that its connection is closed. A client that missed more than that gets it in parts.',
  }),
  maxNodeWriteBufferBytes: variable('Sockets', {
    name: 'MAX_NODE_WRITE_BUFFER_BYTES',
    read: integer(1024 * 1024, 64 * 1024 * 1024 * 1024),
    fallback: undefined,
    doc: 'How much may wait for all clients of a node together; past that those with the most are closed first. Unset: a quarter of the heap limit, at most 512 MiB.',
  }),
  socketCork: variable('Sockets', {
    name: 'SOCKET_CORK',
    read: choice('on', 'off'),
    fallback: 'on',
    doc: 'on: what a connection is sent within one turn of the event loop is written together, and plain commands are read at once. off: packet by packet, as Socket.IO does.',
  }),
  connectionsPerIp: variable('Sockets', {
    name: 'CONNECTIONS_PER_IP',
    read: integer(1, 1_000_000),
    fallback: 200,
    doc: 'Most connections of one address on a node.',
  }),
  connectionsPerUser: variable('Sockets', {
    name: 'CONNECTIONS_PER_USER',
    read: integer(1, 10_000),
    fallback: 10,
    doc: 'Most connections of one user on a node.',
  }),
  maxConnections: variable('Sockets', {
    name: 'MAX_CONNECTIONS',
    read: integer(1, 10_000_000),
    fallback: undefined,
    doc: 'Most connections of a node; more are closed before they are admitted, so that clients try again, perhaps elsewhere. Unset: what a quarter of the heap limit holds at 48 KiB each, about 5,000 of a heap of 1 GiB.',
  }),
  maxRoomMemberships: variable('Sockets', {
    name: 'MAX_ROOM_MEMBERSHIPS',
    read: integer(10, 1_000_000_000),
    fallback: undefined,
    doc: 'In how many rooms all connections of a node may be together, each counted for each connection in it. A connection whose rooms do not fit is closed, so that it comes back, perhaps elsewhere. Unset: what a quarter of the heap limit holds at 400 bytes each, about 670,000 of a heap of 1 GiB.',
  }),
  guestSharePercent: variable('Sockets', {
    name: 'GUEST_SHARE_PERCENT',
    read: integer(1, 100),
    fallback: 50,
    doc: 'Percentage of the connections of a node that may be those of guests. Where so much of MAX_ROOM_MEMBERSHIPS is used, by whomever, guests enter no more rooms.',
  }),
  conversationsPerUser: variable('Sockets', {
    name: 'CONVERSATIONS_PER_USER',
    read: integer(1, 100_000),
    fallback: 1_000,
    doc: 'Most conversations one user is in at the same time; more are neither begun nor joined.',
  }),
  connectsPerUser: variable('Sockets', {
    name: 'CONNECTS_PER_USER',
    read: integer(2, 1_000_000),
    fallback: 30,
    doc: 'How often a user may connect to a node within a minute, two thirds of it at once. More are closed without a refusal, after which clients come back.',
  }),
  commandDeadlineMs: variable('Sockets', {
    name: 'COMMAND_DEADLINE_MS',
    read: milliseconds(10),
    fallback: 10_000,
    doc: 'How long a command may take before it is answered with TIMEOUT.',
  }),
  limits: variable('Sockets', {
    name: 'LIMITS',
    read: choice('on', 'off'),
    fallback: 'on',
    doc: 'off switches rate, handshake, connection and HTTP limits off, for load tests. Refused in production.',
  }),
  recoveryWindowMs: variable('Sockets', {
    name: 'RECOVERY_WINDOW_MS',
    read: milliseconds(1_000),
    fallback: 120_000,
    doc: 'How long a client may be away and still get what it missed.',
  }),
  recoveryMaxEvents: variable('Sockets', {
    name: 'RECOVERY_MAX_EVENTS',
    read: integer(100, 1_000_000),
    fallback: 25_000,
    doc: 'Events kept per room for clients that are away; who has missed more starts afresh.',
  }),
  recoveryMaxRooms: variable('Sockets', {
    name: 'RECOVERY_MAX_ROOMS',
    read: integer(10, 1_000_000),
    fallback: 5_000,
    doc: 'Most rooms of a connection that can be recovered; one that is in more starts afresh.',
  }),
  sessionsPerUser: variable('Sockets', {
    name: 'SESSIONS_PER_USER',
    read: integer(1, 10_000),
    fallback: 10,
    doc: 'Most sessions of one user that wait for a return, on all nodes together; the one that has been away for longest gives way.',
  }),
  drainMs: variable('Sockets', {
    name: 'DRAIN_MS',
    // The shutdown gives clients 30 s in all, reading the rest included.
    read: integer(0, 25_000),
    fallback: 5_000,
    doc: 'Over how long connections are closed at shutdown.',
  }),
} as const;
