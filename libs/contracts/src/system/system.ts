/** The commands of a connection about itself, and the payloads of its events. */
import { IsString, Length } from 'class-validator';
import { command, typeToken } from '../contract';
import type { Timestamp } from '../wire-formats';
import { EmptyDto } from './empty-payload';

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
  /** Private id of the session, for clients that resume it by themselves; empty if the client has declined recovery. */
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
  createdAt: Timestamp;
}

export const systemCommands = [
  /**
   * Checks that the connection works; without an ack the answer is the event `system:pong`.
   * @result {"pong": true, "timestamp": 1905249600000}
   */
  command({
    name: 'system:ping',
    payload: EmptyDto,
    result: typeToken<{ pong: true; timestamp: number }>(),
  }),
  /**
   * Replaces the access token of this connection before it expires. If the token is refused, the old one stays valid.
   * @example {"token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwYjliZDFmMCJ9.c2lnbmF0dXJl"}
   * @result {"expiresAt": 1905250500000}
   * @error INVALID_TOKEN for a token that is not valid, or whose login session has ended
   * @error EXPIRED_TOKEN for a token that has expired, also if it is the new one
   * @error ACCOUNT_DISABLED if the account is banned
   * @error FORBIDDEN for the token of another user
   */
  command({
    name: 'auth:refresh',
    payload: AuthRefreshDto,
    result: typeToken<{ expiresAt: number }>(),
  }),
] as const;

export const [SystemPing, AuthRefresh] = systemCommands;
