/**
 * Limits the room memberships of all connections of this node together, because each one costs memory that no other bound
 * covers. A full node refuses to join rooms; a connection that cannot do without a room is refused or closed.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { ConnectionMetrics } from '../base/metrics/connection-metrics';
import { defaultMaxMemberships } from './default-capacity';
import { NodeFullError } from './node-full-error';

/** One log line covers all refusals of this interval. */
const LOG_INTERVAL_MS = 10_000;

type RoomForecast = (userId: string) => Promise<number>;
type RoomUser = Pick<Principal, 'userId' | 'roles'>;

@Injectable()
export class RoomMembershipLimit {
  readonly max: number;
  private readonly maxForGuests: number;
  private readonly logger = new Logger('Rooms');
  private readonly forecasts: RoomForecast[] = [];
  private maxForecast = 0;
  /** The rooms of every connection: its own, that of its user, the global events, and the standing rooms of domains. */
  private baseRooms = 3;
  private count = 0;
  private refused = 0;
  private loggedAt = -Infinity;

  constructor(
    @Inject(APP_CONFIG) config: AppConfig,
    private readonly metrics: ConnectionMetrics,
  ) {
    this.max = config.maxRoomMemberships ?? defaultMaxMemberships();
    this.maxForGuests = Math.floor((this.max * config.guestSharePercent) / 100);
  }

  /** The current number of memberships: each room counts once for each connection in it. */
  get held(): number {
    return this.count;
  }

  add(memberships = 1): void {
    this.count += memberships;
  }

  remove(memberships: number): void {
    this.count -= memberships;
  }

  /** Counts a standing room, in which every connection is. */
  addBaseRoom(): void {
    this.baseRooms++;
  }

  /** Registers a domain's forecast of the rooms, at most `max`, into which it will put a connection of a user. */
  addForecast(forecast: RoomForecast, max: number): void {
    this.forecasts.push(forecast);
    this.maxForecast += max;
  }

  /** Whether a connection of this user can enter this many more rooms. Guests may use only a share of the limit. */
  hasCapacityFor(member: RoomUser, memberships: number): boolean {
    return this.count + memberships <= (member.roles.includes('guest') ? this.maxForGuests : this.max);
  }

  /** Like `hasCapacityFor`. @throws NodeFullError if they do not fit. */
  assertCapacityFor(member: RoomUser, memberships: number): void {
    if (!this.hasCapacityFor(member, memberships)) throw this.fullError(member);
  }

  /**
   * Checks that the rooms of a connection fit before it is admitted; a resumed one has `restoredRooms` already. The domains'
   * forecasts are awaited only if it is not certain that all rooms fit.
   * @throws NodeFullError if they do not fit.
   */
  assertCanAdmit(member: RoomUser, restoredRooms: number): Promise<void> | undefined {
    if (this.hasCapacityFor(member, this.maxForecast + this.baseRooms)) return undefined;
    return this.assertForecastFits(member, restoredRooms);
  }

  private async assertForecastFits(member: RoomUser, restoredRooms: number): Promise<void> {
    this.assertCapacityFor(member, restoredRooms > 0 ? 0 : this.baseRooms);
    const expected = await Promise.all(this.forecasts.map((forecast) => forecast(member.userId)));
    const all = expected.reduce((sum, rooms) => sum + rooms, this.baseRooms);
    this.assertCapacityFor(member, Math.max(0, all - restoredRooms));
  }

  private fullError({ userId }: RoomUser): NodeFullError {
    this.metrics.recordNodeFull('rooms');
    this.refused++;
    const now = performance.now();
    if (now - this.loggedAt >= LOG_INTERVAL_MS) {
      const { count: held, max, refused } = this;
      this.logger.warn({
        message: 'room memberships of this node at their maximum, more are refused',
        held,
        most: max,
        refused,
        userId,
      });
      this.loggedAt = now;
      this.refused = 0;
    }
    return new NodeFullError('This node is full: it has its maximum of room memberships; try again later');
  }
}
