/**
 * Decides about a connection of the transport before it exists: pages of foreign origin, nodes that are coming or going, and
 * crowds from one address are refused by plain HTTP.
 */
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Shutdown } from '@aeturnis/platform';
import { addressKey, clientIp } from '../adapter/client-ip';
import type { AddressRate } from '../adapter/address-rate';
import type { EngineConnection } from '../adapter/engine-connection';
import { isOriginAllowed } from '../adapter/origin';
import { attemptRate } from '../adapter/tcp-limits';
import { Clock } from '../clock';
import { NodePlaces } from './node-places';
import { Slots } from './slots';
import { TokenVerifier } from './token-verifier';

/** Connections that have not entered a namespace yet, beside those that have: a client may reconnect before the old one is missed. */
const FACTOR = 2;
const ALL = 'all';

interface HandshakeRequest extends IncomingMessage {
  readonly _query?: Record<string, string>;
}

@Injectable()
export class TransportDoor {
  private readonly ofAddress = new Slots();
  private readonly ofNode = new Slots();
  private readonly rate: AddressRate;
  /** One function for all: what has ended is `this`, be it a connection of the engine or one of TCP. */
  private readonly ended: (this: object) => void;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly shutdown: Shutdown,
    private readonly verifier: TokenVerifier,
    private readonly places: NodePlaces,
    clock: Clock,
  ) {
    this.rate = attemptRate(config, () => clock.now());
    const release = (holder: object): void => void this.release(holder);
    this.ended = function (this: object): void {
      release(this);
    };
  }

  /**
   * What stands against this request, or null: then it has a place among those of its address. A refusal here is plain HTTP,
   * after which stock clients try again.
   */
  refusal(request: HandshakeRequest): string | null {
    const { headers, socket, _query: query } = request;
    if (this.shutdown.draining) return 'going away';
    if (!this.verifier.ready) return 'not ready';
    if (!isOriginAllowed(headers.origin, this.config, headers.host)) return 'origin not allowed';
    // Clients of protocol 4 do not use it, and its bodies are decoded in another way.
    if (query?.['j'] !== undefined) return 'JSONP is not supported';
    if (!this.config.limitsOn) return null;
    const key = addressKey(clientIp(headers, socket.remoteAddress, this.config.trustedProxies));
    if (!this.rate.take(key)) return 'too many attempts to connect';
    // A WebSocket keeps its place until its TCP connection has ended, whatever becomes of the upgrade.
    const holder = headers.upgrade === undefined ? request : socket;
    if (!this.ofAddress.take(holder, key, this.config.connectionsPerIp * FACTOR)) return 'too many connections';
    if (!this.ofNode.take(holder, ALL, this.places.most * FACTOR)) {
      this.ofAddress.release(holder);
      return 'this node is full';
    }
    if (holder === socket) socket.on('close', this.ended);
    return null;
  }

  /** A client that polls has its place as long as its session: between its requests there may be no TCP connection. */
  opened(connection: EngineConnection): void {
    const key = this.release(connection.request);
    if (key === undefined) return;
    this.ofAddress.take(connection, key, Number.POSITIVE_INFINITY);
    this.ofNode.take(connection, ALL, Number.POSITIVE_INFINITY);
    connection.on('close', this.ended);
  }

  /** The engine has refused a request that may have had a place already. */
  refused(request: IncomingMessage): void {
    this.release(request);
  }

  /** @returns the address by which it had its place. */
  private release(holder: object): string | undefined {
    this.ofNode.release(holder);
    return this.ofAddress.release(holder);
  }
}
