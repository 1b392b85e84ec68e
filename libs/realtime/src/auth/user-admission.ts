/** Admits a user to a connection: checks protocol and token, and the limits of the address, the user and the node. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, PROTOCOL_VERSION } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, runInBackground, Shutdown } from '@aeturnis/platform';
import { Clock } from '../base/clock';
import { ConcurrencyLimiter } from '../base/concurrency-limiter';
import { assertHandshakeOptions } from '../base/handshake-options';
import type { RealtimeSocket } from '../base/socket-types';
import { RoomMembershipLimit } from '../quota/room-membership-limit';
import { addressKey, clientIp } from '../transport/client-ip';
import { ConnectionRateLimiter } from './connection-rate-limiter';
import { TemporaryRefusal } from './handshake-error-handler';
import { NodeConnectionLimiter } from './node-connection-limiter';
import { TokenFailureLimiter } from './token-failure-limiter';
import { extractToken } from './token-source';
import { TokenVerifier } from './token-verifier';
import { verifyPrincipal } from './verify-principal';

const LIMIT_RETRY_MS = 30_000;

@Injectable()
export class UserAdmission {
  private readonly perAddress = new ConcurrencyLimiter();
  private readonly perUser = new ConcurrencyLimiter();
  /** One listener for all connections; `this` is the transport that has closed. */
  private readonly onTransportClosed: (this: object) => void;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly verifier: TokenVerifier,
    private readonly tokenFailures: TokenFailureLimiter,
    private readonly rateLimiter: ConnectionRateLimiter,
    private readonly nodeLimiter: NodeConnectionLimiter,
    private readonly membershipLimit: RoomMembershipLimit,
    private readonly shutdown: Shutdown,
    private readonly clock: Clock,
  ) {
    const release = (connection: object): void => this.release(connection);
    this.onTransportClosed = function (this: object): void {
      release(this);
    };
  }

  /**
   * The user and login session of a handshake's token; null if it is missing, invalid, or its user connects too often. The
   * middleware reports and counts what is wrong with it. @throws if the token cannot be verified for now.
   */
  async identify(handshake: Parameters<typeof extractToken>[0]): Promise<{ userId: string; login: string } | null> {
    if (this.shutdown.isDraining) return null;
    const token = extractToken(handshake, this.config.tokenInQuery);
    if (token === null) return null;
    return runInBackground('handshake', () => verifyPrincipal(this.verifier, token, this.clock)).then(
      // A user who connects too often is refused later: nothing is read from the journal for that connection.
      ({ userId, sessionId }) => (this.rateLimiter.canConnect(userId) ? { userId, login: sessionId } : null),
      (error: unknown) => {
        // A token that cannot be verified right now is not an invalid one.
        if (error instanceof AppError && !error.traits.retryable) return null;
        throw error;
      },
    );
  }

  /**
   * Gives the socket its principal and its address. The slots of the limits are released when the transport closes.
   * @throws AppError if the client is refused.
   */
  async admit(socket: RealtimeSocket): Promise<void> {
    const { handshake, conn } = socket;
    const protocol = (handshake.auth as { protocol?: unknown }).protocol ?? PROTOCOL_VERSION;
    if (protocol !== PROTOCOL_VERSION) {
      throw new AppError('UPGRADE_REQUIRED', `This server speaks protocol ${PROTOCOL_VERSION}; update the client`, {
        details: { supported: [PROTOCOL_VERSION] },
      });
    }
    assertHandshakeOptions(handshake.auth);
    const ip = clientIp(handshake.headers, handshake.address, this.config.trustedProxies);
    const { connectionsPerIp, connectionsPerUser } = this.config;
    this.reserveSlot(this.perAddress, conn, addressKey(ip), connectionsPerIp, 'from this address');
    try {
      const token = extractToken(handshake, this.config.tokenInQuery);
      if (token === null) throw new AppError('MISSING_TOKEN', 'A token is needed: io(url, { auth: { token } })');
      const principal = await verifyPrincipal(this.verifier, token, this.clock);
      const retryAfterMs = this.rateLimiter.take(principal.userId);
      if (retryAfterMs > 0)
        throw new TemporaryRefusal('RATE_LIMITED', 'This account connects too often', { retryAfterMs });
      this.reserveSlot(this.perUser, conn, principal.userId, connectionsPerUser, 'of this account');
      this.nodeLimiter.acquire(conn, principal);
      const forecast = this.membershipLimit.assertCanAdmit(principal, socket.recovered ? socket.rooms.size : 0);
      if (forecast) await forecast;
      if (conn.readyState !== 'open') throw new AppError('UNAVAILABLE', 'The connection has ended');
      socket.data.principal = principal;
      socket.data.ip = ip;
      conn.off('close', this.onTransportClosed).on('close', this.onTransportClosed);
    } catch (error) {
      await this.tokenFailures.recordFailure(error, ip).finally(() => this.release(conn));
      throw error;
    }
  }

  /** @throws TemporaryRefusal if all slots are taken. */
  private reserveSlot(limiter: ConcurrencyLimiter, holder: object, key: string, max: number, owner: string): void {
    if (!this.config.hasLimits || limiter.acquire(holder, key, max)) return;
    throw new TemporaryRefusal('RATE_LIMITED', `Too many connections ${owner}`, { retryAfterMs: LIMIT_RETRY_MS });
  }

  private release(connection: object): void {
    this.perAddress.release(connection);
    this.perUser.release(connection);
    this.nodeLimiter.release(connection);
  }
}
