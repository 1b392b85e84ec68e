/** Commands and events of connections, sessions and the system itself. */
import { IsString, Length } from 'class-validator';
import { command, event, typeToken } from './contract';
import type { ErrorCode, WireError } from './errors/error-catalogue';

export class EmptyDto {}

export class AuthRefreshDto {
  /** A fresh access token of the same user, in any format that the application issues. */
  @IsString()
  @Length(1, 8192)
  token: string;
}

/** Why the server closes a connection. `reconnect` says whether the client should connect again. */
export type CloseCode =
  'ACCOUNT_DISABLED' | 'LOGGED_OUT' | 'EXPIRED_TOKEN' | 'RATE_LIMITED' | 'DRAINING' | 'KICKED' | 'OVERLOADED';

export interface SystemConnected {
  socketId: string;
  /** Private id of the session, for clients that resume it by themselves; empty if there is no session. */
  pid: string;
  recovered: boolean;
  serverTime: number;
  /** When the token of this connection expires, in milliseconds by the clock of `serverTime`. */
  expiresAt: number;
  nodeId: string;
  protocol: number;
}

/** The client may have missed events of these rooms and must read their state again. */
export interface SystemResync {
  /** `epoch`: the journal was restarted. `trimmed`: this node was cut off for too long. `lost`: another node was. */
  reason: 'epoch' | 'trimmed' | 'lost';
  rooms: string[];
}

export interface Announcement {
  id: string;
  message: string;
  level: 'info' | 'warning' | 'critical';
  createdAt: string;
}

export const systemCommands = [
  command({
    name: 'system:ping',
    summary: 'Checks that the connection works; without an ack the answer is the event system:pong.',
    payload: EmptyDto,
    result: typeToken<{ pong: true; timestamp: number }>(),
  }),
  command({
    name: 'auth:refresh',
    summary: 'Replaces the access token of this connection before it expires.',
    payload: AuthRefreshDto,
    result: typeToken<{ expiresAt: number }>(),
  }),
] as const;

export const [SystemPing, AuthRefresh] = systemCommands;

export const systemEvents = [
  event('auth:success', 'reply', typeToken<{ userId: string; socketId: string; message: string; expiresAt: number }>()),
  event('auth:expiring', 'reply', typeToken<{ expiresAt: number }>()),
  event('auth:error', 'reply', typeToken<{ code: ErrorCode; message: string }>()),
  event('system:connected', 'reply', typeToken<SystemConnected>()),
  event('system:sync', 'reply', typeToken<Record<string, unknown>>()),
  event('system:pong', 'reply', typeToken<{ timestamp: number }>()),
  event('system:error', 'reply', typeToken<{ code: ErrorCode; message: string }>()),
  event('system:resync', 'reply', typeToken<SystemResync>()),
  event('system:recoverable', 'reply', typeToken<{ serverTime: number }>()),
  event('system:draining', 'reply', typeToken<{ delayMs: number }>()),
  event(
    'system:disconnected',
    'reply',
    typeToken<{ code: CloseCode; message: string; reconnect: boolean; retryAfterMs?: number }>(),
  ),
  event('system:announcement', 'recoverable', typeToken<Announcement>()),
  event('error', 'reply', typeToken<WireError & { event: string; context?: string }>()),
] as const;
