/** The front door: nobody gets a connection, or a byte, before the token and the account behind it are proved. */
import { Inject, Injectable } from '@nestjs/common';
import { AppError, PROTOCOL_VERSION, type WireError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, Shutdown } from '@aeturnis/platform';
import { clientIp } from '../adapter/client-ip';
import { toWireError } from '../commands/wire-error';
import { Connections } from '../connections/connections';
import { SocketMetrics } from '../metrics/socket-metrics';
import type { RealtimeSocket } from '../socket-types';
import { HandshakeFailures } from './handshake-failures';
import { tokenFrom } from './token-source';
import { TokenVerifier } from './token-verifier';

const BUSY_RETRY_MS = 2_000;
const FULL_RETRY_MS = 30_000;

@Injectable()
export class Handshake {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly verifier: TokenVerifier,
    private readonly failures: HandshakeFailures,
    private readonly connections: Connections,
    private readonly shutdown: Shutdown,
    private readonly metrics: SocketMetrics,
  ) {}

  /** Socket.IO middleware of the players' namespace. A refusal reaches the client as `connect_error` with `err.data`. */
  readonly middleware = (socket: RealtimeSocket, next: (error?: Error) => void): void => {
    this.admit(socket).then(
      () => next(),
      (error: unknown) => {
        const wire = toWireError(error);
        this.metrics.refused(wire.code);
        next(connectError(wire));
      },
    );
  };

  private async admit(socket: RealtimeSocket): Promise<void> {
    this.refuseAtTheEnd();
    const { handshake } = socket;
    const protocol = (handshake.auth as { protocol?: unknown }).protocol ?? PROTOCOL_VERSION;
    if (protocol !== PROTOCOL_VERSION) {
      throw new AppError('UPGRADE_REQUIRED', `This server speaks protocol ${PROTOCOL_VERSION}`, {
        details: { supported: [PROTOCOL_VERSION] },
      });
    }
    const ip = clientIp(handshake.headers, handshake.address, this.config.trustedProxies);
    if (this.config.limitsOn && this.connections.countOfIp(ip) >= this.config.connectionsPerIp) {
      throw new AppError('RATE_LIMITED', 'Too many connections from this address', { retryAfterMs: FULL_RETRY_MS });
    }
    const principal = await this.identify(socket, ip);
    if (this.config.limitsOn && this.connections.ofUser(principal.userId).size >= this.config.connectionsPerUser) {
      throw new AppError('RATE_LIMITED', 'Too many connections of this account', { retryAfterMs: FULL_RETRY_MS });
    }
    // The end may have begun while the account was looked up.
    this.refuseAtTheEnd();
    socket.data.principal = principal;
    socket.data.ip = ip;
  }

  private refuseAtTheEnd(): void {
    if (this.shutdown.draining)
      throw new AppError('UNAVAILABLE', 'This node is going away', { retryAfterMs: BUSY_RETRY_MS });
  }

  private async identify(socket: RealtimeSocket, ip: string): ReturnType<TokenVerifier['verify']> {
    try {
      const token = tokenFrom(socket.handshake, this.config.tokenInQuery);
      if (token === null) throw new AppError('MISSING_TOKEN', 'A token is needed: io(url, { auth: { token } })');
      return await this.verifier.verify(token);
    } catch (error) {
      await this.failures.count(error, ip);
      throw error;
    }
  }
}

function connectError(wire: WireError): Error {
  return Object.assign(new Error(wire.message), { data: wire });
}
