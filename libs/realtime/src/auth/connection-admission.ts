/**
 * Admission of transport connections before they are opened: requests from foreign origins, to a node that is starting or
 * shutting down, or in excess of an address's limits are refused by plain HTTP.
 */
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Shutdown } from '@aeturnis/platform';
import { addressKey, clientIp } from '../transport/client-ip';
import type { AddressRateLimiter } from '../transport/limits/address-rate-limiter';
import type { EngineConnection } from '../transport/internals/engine-connection';
import { isOriginAllowed } from '../transport/origin';
import { connectRateLimiter } from '../transport/limits/tcp-limits';
import { Clock } from '../base/clock';
import { NodeConnectionLimiter } from './node-connection-limiter';
import { ConcurrencyLimiter } from '../base/concurrency-limiter';
import { TokenVerifier } from './token-verifier';

/** Leaves room for pending handshakes: a client may reconnect before the server notices the end of its old connection. */
const PENDING_FACTOR = 2;
const WHOLE_NODE = 'all';

interface HandshakeRequest extends IncomingMessage {
  readonly _query?: Record<string, string>;
}

@Injectable()
export class ConnectionAdmission {
  private readonly perAddress = new ConcurrencyLimiter();
  private readonly perNode = new ConcurrencyLimiter();
  private readonly attemptRate: AddressRateLimiter;
  /** One listener for all connections; `this` is the engine or TCP connection that has closed. */
  private readonly onClosed: (this: object) => void;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly shutdown: Shutdown,
    private readonly verifier: TokenVerifier,
    private readonly nodeLimiter: NodeConnectionLimiter,
    clock: Clock,
  ) {
    this.attemptRate = connectRateLimiter(config, () => clock.now());
    const release = (holder: object): void => void this.release(holder);
    this.onClosed = function (this: object): void {
      release(this);
    };
  }

  /**
   * Why this request is refused; null if it is admitted and holds a slot of its address and of the node. Stock clients
   * retry after such a refusal, because it is plain HTTP.
   */
  refusalReason(request: HandshakeRequest): string | null {
    const { headers, socket, _query: query } = request;
    if (this.shutdown.isDraining) return 'this node is shutting down';
    if (!this.verifier.isReady) return 'this node is not ready';
    if (!isOriginAllowed(headers.origin, this.config, headers.host)) return 'origin not allowed';
    // Clients of protocol 4 do not use JSONP, whose bodies would be decoded differently.
    if (query?.['j'] !== undefined) return 'JSONP is not supported';
    if (!this.config.hasLimits) return null;
    const key = addressKey(clientIp(headers, socket.remoteAddress, this.config.trustedProxies));
    if (!this.attemptRate.take(key)) return 'too many attempts to connect';
    // A WebSocket holds its slot until its TCP connection closes, even if the upgrade fails.
    const holder = headers.upgrade === undefined ? request : socket;
    if (!this.perAddress.acquire(holder, key, this.config.connectionsPerIp * PENDING_FACTOR))
      return 'too many connections';
    if (!this.perNode.acquire(holder, WHOLE_NODE, this.nodeLimiter.maxConnections * PENDING_FACTOR)) {
      this.perAddress.release(holder);
      return 'this node is full';
    }
    if (holder === socket) socket.on('close', this.onClosed);
    return null;
  }

  /** A polling client holds its slot as long as its session: between its requests it may have no TCP connection. */
  onEngineOpened(connection: EngineConnection): void {
    const key = this.release(connection.request);
    if (key === undefined) return;
    this.perAddress.acquire(connection, key, Number.POSITIVE_INFINITY);
    this.perNode.acquire(connection, WHOLE_NODE, Number.POSITIVE_INFINITY);
    connection.on('close', this.onClosed);
  }

  /** Releases the slot of a request that was admitted here and then refused by the engine. */
  onEngineRefused(request: IncomingMessage): void {
    this.release(request);
  }

  /** @returns the address key of the released slot. */
  private release(holder: object): string | undefined {
    this.perNode.release(holder);
    return this.perAddress.release(holder);
  }
}
