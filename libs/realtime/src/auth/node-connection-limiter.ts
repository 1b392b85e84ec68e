/** Limits the connections of a node as a whole. Guests get only a share of them, so that they cannot keep other users out. */
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { defaultMaxConnections } from '../quota/default-capacity';
import { NodeFullError } from '../quota/node-full-error';
import { ConnectionMetrics } from '../base/metrics/connection-metrics';
import { ConcurrencyLimiter } from '../base/concurrency-limiter';

const WHOLE_NODE = 'all';

@Injectable()
export class NodeConnectionLimiter {
  readonly maxConnections: number;
  readonly maxGuests: number;
  private readonly connections = new ConcurrencyLimiter();
  private readonly guests = new ConcurrencyLimiter();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly metrics: ConnectionMetrics,
  ) {
    this.maxConnections = config.maxConnections ?? defaultMaxConnections();
    this.maxGuests = Math.max(1, Math.floor((this.maxConnections * config.guestSharePercent) / 100));
  }

  /**
   * Gives the holder a slot until it is released. A guest who registers on an open connection keeps the guest slot.
   * @throws NodeFullError if none is left.
   */
  acquire(holder: object, { roles }: Pick<Principal, 'roles'>): void {
    if (!this.config.hasLimits) return;
    if (roles.includes('guest') && !this.guests.acquire(holder, WHOLE_NODE, this.maxGuests))
      throw this.fullError('guests');
    if (!this.connections.acquire(holder, WHOLE_NODE, this.maxConnections)) throw this.fullError('connections');
  }

  release(holder: object): void {
    this.guests.release(holder);
    this.connections.release(holder);
  }

  private fullError(exhausted: 'guests' | 'connections'): NodeFullError {
    this.metrics.recordNodeFull(exhausted);
    return new NodeFullError(
      exhausted === 'guests'
        ? 'This node has its maximum number of guests; connect again later'
        : 'This node has its maximum number of connections; connect again later',
    );
  }
}
