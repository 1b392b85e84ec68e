/** The front door: nobody gets a connection, or a byte, before the token and the account behind it are proved. */
import { HttpException, Inject, Injectable } from '@nestjs/common';
import { AppError, type ErrorCode, PROTOCOL_VERSION } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, inBackground, Shutdown } from '@aeturnis/platform';
import { addressKey, clientIp } from '../adapter/client-ip';
import { guardOf } from '../adapter/connection-guard';
import { toAppError } from '../commands/wire-error';
import { RoomMemberships } from '../limits/room-memberships';
import { SocketMetrics } from '../metrics/socket-metrics';
import type { RealtimeSocket } from '../socket-types';
import { ConnectionRate } from './connection-rate';
import { HandshakeFailures, TooManyFailures } from './handshake-failures';
import { HandshakeFaults, RefusedForNow } from './handshake-faults';
import { NodePlaces } from './node-places';
import { provedPrincipal } from './proved-principal';
import { Slots } from './slots';
import { tokenFrom } from './token-source';
import { TokenVerifier } from './token-verifier';

const FULL_RETRY_MS = 30_000;
/**
 * What a client is told by `connect_error`, after which a stock client stays away: that it is to present another token, that
 * its account has no access, or that it speaks another protocol. Everything else closes the connection, after which a stock
 * client comes back by itself, with the session that it had.
 */
const TOLD: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MISSING_TOKEN',
  'INVALID_TOKEN',
  'EXPIRED_TOKEN',
  'BAD_CREDENTIALS',
  'UNAUTHENTICATED',
  'ACCOUNT_DISABLED',
  'FORBIDDEN',
  'UPGRADE_REQUIRED',
]);

const ENTERING = Symbol('entering');
/** A connection of the transport has one handshake under way or done, or one frame could open thousands. */
type Entrant = RealtimeSocket['conn'] & { [ENTERING]?: boolean };

@Injectable()
export class Handshake {
  private readonly ofAddress = new Slots();
  private readonly ofUser = new Slots();
  // One function each for all connections: their emitters call them as methods of who has ended.
  private readonly socketEnded: (this: RealtimeSocket, reason: string) => void;
  private readonly connectionEnded: (this: object) => void;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly verifier: TokenVerifier,
    private readonly failures: HandshakeFailures,
    private readonly faults: HandshakeFaults,
    private readonly rate: ConnectionRate,
    private readonly ofNode: NodePlaces,
    private readonly memberships: RoomMemberships,
    private readonly shutdown: Shutdown,
    private readonly metrics: SocketMetrics,
  ) {
    const release = (connection: object): void => this.release(connection);
    this.socketEnded = function (this: RealtimeSocket, reason: string): void {
      const conn = this.conn as Entrant;
      conn[ENTERING] = false;
      // Where this server ends a socket, it closes the connection right after that, and lets it read why.
      if (reason === 'server namespace disconnect') setImmediate(() => guardOf(conn)?.leave());
      else guardOf(conn)?.leave();
    };
    this.connectionEnded = function (this: object): void {
      release(this);
    };
  }

  /** Socket.IO middleware of the players' namespace. A client is told of a refusal, by `connect_error` with `err.data`, or sent away. */
  readonly middleware = (socket: RealtimeSocket, next: (error?: Error) => void): void => {
    const conn = socket.conn as Entrant;
    if (this.shutdown.draining || conn[ENTERING]) return sendAway(socket, next);
    conn[ENTERING] = true;
    inBackground('handshake', () => this.admit(socket))
      .then(() => {
        if (!this.faults.decided(conn)) return;
        socket.on('disconnect', this.socketEnded);
        guardOf(conn)?.admit({ userId: socket.data.principal.userId, ip: socket.data.ip });
        next();
      })
      .catch((error: unknown) => {
        conn[ENTERING] = false;
        // It has left, or was closed because this took too long.
        if (!this.faults.decided(conn) || conn.readyState !== 'open') return sendAway(socket, next);
        if (isTold(error)) return this.refuse(socket, toAppError(error), next);
        this.faults.report(error);
        sendAway(socket, next);
      });
  };

  /**
   * Whose token this is; null where it proves nobody. What is wrong with it is said, and counted, by the middleware.
   * @throws where that cannot be told for now.
   */
  async identityOf(handshake: Parameters<typeof tokenFrom>[0]): Promise<{ userId: string; login: string } | null> {
    if (this.shutdown.draining) return null;
    const token = tokenFrom(handshake, this.config.tokenInQuery);
    if (token === null) return null;
    return inBackground('handshake', () => provedPrincipal(this.verifier, token)).then(
      // Who connects too often is sent away: nothing is read for such a connection.
      ({ userId, sessionId }) => (this.rate.admits(userId) ? { userId, login: sessionId } : null),
      (error: unknown) => {
        // A token that cannot be judged right now is not a wrong one.
        if (error instanceof AppError && !error.traits.retryable) return null;
        throw error;
      },
    );
  }

  private async admit(socket: RealtimeSocket): Promise<void> {
    const { handshake, conn } = socket;
    const protocol = (handshake.auth as { protocol?: unknown }).protocol ?? PROTOCOL_VERSION;
    if (protocol !== PROTOCOL_VERSION) {
      throw new AppError('UPGRADE_REQUIRED', `This server speaks protocol ${PROTOCOL_VERSION}`, {
        details: { supported: [PROTOCOL_VERSION] },
      });
    }
    const ip = clientIp(handshake.headers, handshake.address, this.config.trustedProxies);
    const { connectionsPerIp, connectionsPerUser } = this.config;
    this.place(this.ofAddress, conn, addressKey(ip), connectionsPerIp, 'Too many connections from this address');
    try {
      const token = tokenFrom(handshake, this.config.tokenInQuery);
      if (token === null) throw new AppError('MISSING_TOKEN', 'A token is needed: io(url, { auth: { token } })');
      const principal = await provedPrincipal(this.verifier, token);
      const retryAfterMs = this.rate.take(principal.userId);
      if (retryAfterMs > 0)
        throw new RefusedForNow('RATE_LIMITED', 'This account connects too often', { retryAfterMs });
      this.place(this.ofUser, conn, principal.userId, connectionsPerUser, 'Too many connections of this account');
      this.ofNode.take(conn, principal);
      const asked = this.memberships.mustAdmit(principal, socket.recovered ? socket.rooms.size : 0);
      if (asked) await asked;
      if (conn.readyState !== 'open') throw new AppError('UNAVAILABLE', 'The connection has ended');
      socket.data.principal = principal;
      socket.data.ip = ip;
      conn.off('close', this.connectionEnded).on('close', this.connectionEnded);
    } catch (error) {
      await this.failures.count(error, ip).finally(() => this.release(conn));
      throw error;
    }
  }

  /** @throws RefusedForNow where all places are taken. */
  private place(slots: Slots, holder: object, key: string, max: number, message: string): void {
    if (!this.config.limitsOn || slots.take(holder, key, max)) return;
    throw new RefusedForNow('RATE_LIMITED', message, { retryAfterMs: FULL_RETRY_MS });
  }

  private release(connection: object): void {
    this.ofAddress.release(connection);
    this.ofUser.release(connection);
    this.ofNode.release(connection);
  }

  private refuse({ conn }: RealtimeSocket, refused: AppError, next: (error: Error) => void): void {
    const wire = refused.toWire();
    this.metrics.refused(wire.code);
    guardOf(conn)?.refuse();
    next(Object.assign(new Error(wire.message), { data: wire }));
  }
}

/** Whether it says something about the client. An error that was not thrown on purpose never does, whatever it maps to. */
function isTold(error: unknown): boolean {
  if (error instanceof TooManyFailures) return true;
  if (!(error instanceof AppError || error instanceof HttpException)) return false;
  return TOLD.has(toAppError(error).code);
}

/** After a refusal by `next` a stock client stays away for good; after a closed transport it comes back. */
function sendAway({ conn }: RealtimeSocket, next: (error: Error) => void): void {
  conn.close();
  // Lets go of the socket; nobody is there to read it.
  next(new Error('closing'));
}
