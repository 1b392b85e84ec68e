/**
 * In how many rooms the connections of this node are, all together: each membership costs memory, on which no other bound
 * depends. Past the bound nobody enters a room; a connection that would have to is refused or closed, never left without it.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { SocketMetrics } from '../metrics/socket-metrics';
import { defaultMemberships } from './node-capacity';
import { NodeFullError } from './node-full';

/** Rooms of every connection: of its own, of its user, and for everybody. */
const STANDING = 4;
/** A line of the log tells of all that did not fit meanwhile. */
const LOG_EVERY_MS = 10_000;

type Forecast = (userId: string) => Promise<number>;
type Member = Pick<Principal, 'userId' | 'roles'>;

@Injectable()
export class RoomMemberships {
  readonly most: number;
  private readonly mostWithGuests: number;
  private readonly logger = new Logger('Rooms');
  private readonly forecasts: Forecast[] = [];
  private count = 0;
  private refused = 0;
  private loggedAt = -Infinity;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly metrics: SocketMetrics,
  ) {
    this.most = config.maxRoomMemberships ?? defaultMemberships();
    this.mostWithGuests = Math.floor((this.most * config.guestSharePercent) / 100);
  }

  /** All connections' rooms, counted once for each connection that is in them. */
  get held(): number {
    return this.count;
  }

  added(memberships = 1): void {
    this.count += memberships;
  }

  removed(memberships: number): void {
    this.count -= memberships;
  }

  /** Tells, where that has to be known, how many rooms a domain will put a connection of this user into. */
  forecastBy(forecast: Forecast): void {
    this.forecasts.push(forecast);
  }

  /** Whether a connection of this user can enter so many more rooms. Guests leave a part of the bound to others. */
  fits(member: Member, memberships: number): boolean {
    return this.count + memberships <= (member.roles.includes('guest') ? this.mostWithGuests : this.most);
  }

  /** As `fits`. @throws NodeFullError where they do not fit. */
  mustFit(member: Member, memberships: number): void {
    if (!this.fits(member, memberships)) throw this.full(member);
  }

  /**
   * Before a connection is admitted, which has brought along so many rooms. Domains are asked only where it is not certain
   * that all its rooms fit; otherwise there is nothing to wait for.
   * @throws NodeFullError where they do not.
   */
  mustAdmit(member: Member, broughtAlong: number): Promise<void> | undefined {
    if (this.fits(member, this.config.conversationsPerUser + STANDING)) return undefined;
    return this.mustFitAll(member, broughtAlong);
  }

  private async mustFitAll(member: Member, broughtAlong: number): Promise<void> {
    this.mustFit(member, broughtAlong > 0 ? 0 : STANDING);
    const expected = await Promise.all(this.forecasts.map((forecast) => forecast(member.userId)));
    const all = expected.reduce((sum, rooms) => sum + rooms, STANDING);
    this.mustFit(member, Math.max(0, all - broughtAlong));
  }

  private full({ userId }: Member): NodeFullError {
    this.metrics.nodeFull('rooms');
    this.refused++;
    const now = performance.now();
    if (now - this.loggedAt >= LOG_EVERY_MS) {
      const { count: held, most, refused } = this;
      this.logger.warn({
        message: 'this node is full of room memberships, more are refused',
        held,
        most,
        refused,
        userId,
      });
      this.loggedAt = now;
      this.refused = 0;
    }
    return new NodeFullError('This node is full: its connections are in as many rooms as it can hold');
  }
}
