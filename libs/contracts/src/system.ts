/** Connection, session and system traffic. */
import { IsString, Length } from 'class-validator';
import { command, event, returns } from './contract';
import type { ErrorCode, WireError } from './error-catalogue';

export class EmptyDto {}

export class AuthRefreshDto {
  /** A fresh access token of the same user, in whatever form the application issues them. */
  @IsString()
  @Length(1, 8192)
  token: string;
}

/** Why the server closes a connection. `reconnect` tells whether coming back is welcome. */
export type CloseCode =
  'ACCOUNT_DISABLED' | 'LOGGED_OUT' | 'EXPIRED_TOKEN' | 'RATE_LIMITED' | 'DRAINING' | 'KICKED' | 'OVERLOADED';

export interface SystemConnected {
  socketId: string;
  /** Private id of the session, for clients that recover by themselves; empty where there is none. */
  pid: string;
  recovered: boolean;
  serverTime: number;
  /** When the token of this connection expires, by the clock of `serverTime`, in milliseconds. */
  expiresAt: number;
  nodeId: string;
  protocol: number;
}

/** Some of what came to these rooms may be missing: ask for their state anew. */
export interface SystemResync {
  /** The journal has begun anew; this node was cut off for too long; another node was. */
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
    summary: 'Asks for a sign of life; without an ack the answer is the event system:pong.',
    payload: EmptyDto,
    result: returns<{ pong: true; timestamp: number }>(),
  }),
  command({
    name: 'auth:refresh',
    summary: 'Replaces the access token of this connection before it expires.',
    payload: AuthRefreshDto,
    result: returns<{ expiresAt: number }>(),
  }),
] as const;

export const [SystemPing, AuthRefresh] = systemCommands;

export const systemEvents = [
  event('auth:success', 'reply', returns<{ userId: string; socketId: string; message: string; expiresAt: number }>()),
  event('auth:expiring', 'reply', returns<{ expiresAt: number }>()),
  event('auth:error', 'reply', returns<{ code: ErrorCode; message: string }>()),
  event('system:connected', 'reply', returns<SystemConnected>()),
  event('system:sync', 'reply', returns<Record<string, unknown>>()),
  event('system:pong', 'reply', returns<{ timestamp: number }>()),
  event('system:error', 'reply', returns<{ code: ErrorCode; message: string }>()),
  event('system:resync', 'reply', returns<SystemResync>()),
  event('system:recoverable', 'reply', returns<{ serverTime: number }>()),
  event('system:draining', 'reply', returns<{ delayMs: number }>()),
  event(
    'system:disconnected',
    'reply',
    returns<{ code: CloseCode; message: string; reconnect: boolean; retryAfterMs?: number }>(),
  ),
  event('system:announcement', 'recoverable', returns<Announcement>()),
  event('error', 'reply', returns<WireError & { event: string; context?: string }>()),
] as const;
