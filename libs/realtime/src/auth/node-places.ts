/** The places for connections on a node as a whole. Guests get a share of them, so that they cannot keep others out. */
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { defaultConnections } from '../limits/node-capacity';
import { NodeFullError } from '../limits/node-full';
import { SocketMetrics } from '../metrics/socket-metrics';
import { Slots } from './slots';

const ALL = 'all';

@Injectable()
export class NodePlaces {
  readonly most: number;
  readonly mostGuests: number;
  private readonly all = new Slots();
  private readonly guests = new Slots();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly metrics: SocketMetrics,
  ) {
    this.most = config.maxConnections ?? defaultConnections();
    this.mostGuests = Math.max(1, Math.floor((this.most * config.guestSharePercent) / 100));
  }

  /**
   * Gives the holder a place until it is released. Who comes as a guest and registers meanwhile keeps the guest's place.
   * @throws NodeFullError where none is left.
   */
  take(holder: object, { roles }: Pick<Principal, 'roles'>): void {
    if (!this.config.limitsOn) return;
    if (roles.includes('guest') && !this.guests.take(holder, ALL, this.mostGuests)) throw this.full('guests');
    if (!this.all.take(holder, ALL, this.most)) throw this.full('connections');
  }

  release(holder: object): void {
    this.guests.release(holder);
    this.all.release(holder);
  }

  private full(what: 'guests' | 'connections'): NodeFullError {
    this.metrics.nodeFull(what);
    return new NodeFullError(
      what === 'guests' ? 'This node has as many guests as it takes' : 'This node has as many connections as it takes',
    );
  }
}
