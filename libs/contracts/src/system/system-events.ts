/** The events of connections, sessions and the system itself. */
import { event, typeToken } from '../contract';
import type { ErrorCode, WireError } from '../errors/error-catalogue';
import type { Announcement, CloseCode, SystemConnected, SystemResync } from './system';
import type { SystemSyncState } from './system-sync';
import type { Uuid } from '../wire-formats';

export const systemEvents = [
  /**
   * The connection is authenticated; the first event of every connection.
   * @example {"userId": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "socketId": "Yx2kQ0", "message": "Welcome, Anna",
   *   "expiresAt": 1905250500000}
   * @receivers The new connection, also one that was recovered.
   */
  event('auth:success', 'reply', typeToken<{ userId: Uuid; socketId: string; message: string; expiresAt: number }>()),
  /**
   * The access token of this connection expires soon: send `auth:refresh` with a fresh one.
   * @example {"expiresAt": 1905250500000}
   * @receivers The connection with this token, once per token.
   */
  event('auth:expiring', 'reply', typeToken<{ expiresAt: number }>()),
  /**
   * The access token has expired and the connection is closed; its session can be resumed with a fresh token.
   * @example {"code": "EXPIRED_TOKEN", "message": "The token has expired"}
   * @receivers The connection with this token.
   */
  event('auth:error', 'reply', typeToken<{ code: ErrorCode; message: string }>()),
  /**
   * What a client needs to know about its connection: whether its session was recovered, and the time of the server.
   * @example {"socketId": "Yx2kQ0", "pid": "kP1vZq8wT3", "recovered": false, "serverTime": 1905249600000,
   *   "expiresAt": 1905250500000, "nodeId": "node-1", "protocol": 1}
   * @receivers The new connection, right after `auth:success`.
   */
  event('system:connected', 'reply', typeToken<SystemConnected>()),
  /**
   * The state of the user at the beginning of a session; later changes arrive as events.
   * @receivers The new connection; a recovered one only if it was interrupted before it got this event.
   */
  event('system:sync', 'reply', typeToken<SystemSyncState>()),
  /**
   * Answers a `system:ping` that was sent without an ack.
   * @example {"timestamp": 1905249600000}
   * @receivers The connection that sent the command.
   */
  event('system:pong', 'reply', typeToken<{ timestamp: number }>()),
  /**
   * The server works with restrictions; with `DEGRADED`, events may be missing and the connection cannot be resumed for now.
   * @example {"code": "DEGRADED", "message": "This node is cut off: events may be missing"}
   * @receivers All connections of a node that has lost contact to the journal, and those that open there meanwhile.
   */
  event('system:error', 'reply', typeToken<{ code: ErrorCode; message: string }>()),
  /**
   * The connection may have missed events: the client reads the state of the rooms again.
   * @example {"reason": "trimmed", "rooms": ["user:0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "global:chat"]}
   * @receivers The connections that may have missed events.
   */
  event('system:resync', 'reply', typeToken<SystemResync>()),
  /**
   * The connection can be resumed again, from here on.
   * @example {"serverTime": 1905249600000}
   * @receivers The connections that could not be resumed, once their node has caught up; a resumed one after its replay.
   */
  event('system:recoverable', 'reply', typeToken<{ serverTime: number }>()),
  /**
   * The node stops: it closes its connections within this time, and clients connect to another node.
   * @example {"delayMs": 20000}
   * @receivers All connections of the node.
   */
  event('system:draining', 'reply', typeToken<{ delayMs: number }>()),
  /**
   * The server closes this connection; the last event before that.
   * @example {"code": "DRAINING", "message": "The server restarts", "reconnect": true, "retryAfterMs": 500}
   * @receivers The connection that is closed.
   */
  event(
    'system:disconnected',
    'reply',
    typeToken<{ code: CloseCode; message: string; reconnect: boolean; retryAfterMs?: number }>(),
  ),
  /**
   * A text of an administrator.
   * @example {"id": "d0a3c6b2-5e1f-4b8a-9c47-2f6e8d0b1a33", "message": "Maintenance at 20:00 UTC", "level": "warning",
   *   "createdAt": "2030-05-17T12:00:00.000Z"}
   * @receivers All connections, those in one zone, or those of one user, as the administrator has chosen.
   */
  event('system:announcement', 'recoverable', typeToken<Announcement>()),
  /**
   * A command that was sent without an ack has failed; with an ack, the error is its answer.
   * @example {"code": "NO_CHARACTER", "message": "Select a character first", "retryable": false, "event": "character:move"}
   * @receivers The connection that sent the command.
   */
  event('error', 'reply', typeToken<WireError & { event: string; context?: string }>()),
] as const;
