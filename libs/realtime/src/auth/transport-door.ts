/** The outermost door, before Socket.IO knows a client: pages of foreign origin, nodes that are coming or going, and crowds from one address. */
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Shutdown } from '@aeturnis/platform';
import { addressKey, clientIp } from '../adapter/client-ip';
import { isOriginAllowed } from '../adapter/origin';
import { Slots } from './slots';
import { TokenVerifier } from './token-verifier';

/** Connections that have not entered a namespace yet, beside those that have: a client may reconnect before the old one is missed. */
const FACTOR = 2;

interface TransportConnection {
  readonly request: IncomingMessage;
  /** Undefined where the client has gone already. */
  readonly remoteAddress: string | undefined;
  on(event: 'close', listener: () => void): void;
  close(discard: boolean): void;
}

@Injectable()
export class TransportDoor {
  private readonly slots = new Slots();
  /** One function for all connections: the engine calls it with the connection as `this`. */
  private readonly left: (this: TransportConnection) => void;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly shutdown: Shutdown,
    private readonly verifier: TokenVerifier,
  ) {
    const { slots } = this;
    this.left = function (this: TransportConnection): void {
      slots.release(this);
    };
  }

  /** What stands against this request, or null. A refusal here is plain HTTP, after which stock clients try again. */
  refusal({ headers }: IncomingMessage): string | null {
    if (this.shutdown.draining) return 'going away';
    if (!this.verifier.ready) return 'not ready';
    return isOriginAllowed(headers.origin, this.config, headers.host) ? null : 'origin not allowed';
  }

  /** Counts a connection of the transport until it closes, and closes it where there are too many of its address. */
  entered(connection: TransportConnection): void {
    if (!this.config.limitsOn) return;
    const ip = clientIp(connection.request.headers, connection.remoteAddress, this.config.trustedProxies);
    const admitted = this.slots.take(connection, addressKey(ip), this.config.connectionsPerIp * FACTOR);
    if (admitted) connection.on('close', this.left);
    else connection.close(true);
  }
}
