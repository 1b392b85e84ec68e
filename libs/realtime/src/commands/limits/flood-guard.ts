/** Limits the events of a connection, and closes a connection that keeps exceeding the limit. */
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { RatePolicy } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../../base/clock';
import type { Connection } from '../../connections/connection';
import { ConnectionMetrics } from '../../base/metrics/connection-metrics';
import { CONNECTION_LIMIT, LimitRefusals } from './limit-refusals';

/** A connection with this many refused events within `BREACH_WINDOW_MS` is closed. */
const MAX_BREACHES = 150;
const BREACH_WINDOW_MS = 10_000;

@Injectable()
export class FloodGuard {
  private readonly logger = new Logger('Limits');

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly metrics: ConnectionMetrics,
    private readonly refusals: LimitRefusals,
  ) {}

  /** @returns 0 if the event is allowed, else milliseconds until the next one is. */
  take(connection: Connection, policy: RatePolicy): number {
    if (!this.config.hasLimits) return 0;
    const now = this.clock.now();
    const { allowed, retryAfterMs } = connection.budget.take(policy, now);
    if (allowed) return 0;
    this.refusals.record(CONNECTION_LIMIT);
    this.recordBreach(connection, now);
    return Math.max(1, retryAfterMs);
  }

  private recordBreach(connection: Connection, now: number): void {
    if (now - connection.floodRefusalsSince > BREACH_WINDOW_MS) {
      connection.floodRefusalsSince = now;
      connection.floodRefusals = 0;
    }
    if (++connection.floodRefusals !== MAX_BREACHES) return;
    const { userId } = connection.principal;
    this.logger.warn({
      message: 'suspicious activity: flooding, connection closed',
      userId,
      socketId: connection.socketId,
      ip: connection.ip,
    });
    this.metrics.recordClosedByServer('RATE_LIMITED');
    connection.close({ code: 'RATE_LIMITED', message: 'Too many events on this connection', reconnect: false });
    connection.stopReadingAndDestroy();
  }
}
