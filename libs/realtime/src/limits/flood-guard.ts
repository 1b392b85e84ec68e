/** Bounds what one connection may send at all, and closes the one that does not stop. */
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { RatePolicy } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../clock';
import type { Connection } from '../connections/connection';
import { SocketMetrics } from '../metrics/socket-metrics';

/** So many refused events within the time below are no accident. */
const MAX_BREACHES = 150;
const BREACH_WINDOW_MS = 10_000;

@Injectable()
export class FloodGuard {
  private readonly logger = new Logger('Limits');

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly metrics: SocketMetrics,
  ) {}

  /** 0 where the event may pass, else milliseconds until one may. */
  take(connection: Connection, policy: RatePolicy): number {
    if (!this.config.limitsOn) return 0;
    const now = this.clock.now();
    const { allowed, retryAfterMs } = connection.budget.take(policy, now);
    if (allowed) return 0;
    this.breach(connection, now);
    return Math.max(1, retryAfterMs);
  }

  private breach(connection: Connection, now: number): void {
    if (now - connection.breachesSince > BREACH_WINDOW_MS) {
      connection.breachesSince = now;
      connection.breaches = 0;
    }
    if (++connection.breaches !== MAX_BREACHES) return;
    const { userId } = connection.principal;
    this.logger.warn({
      message: 'suspicious activity: flooding, connection closed',
      userId,
      socketId: connection.socketId,
      ip: connection.ip,
    });
    this.metrics.closedFor('RATE_LIMITED');
    connection.close({ code: 'RATE_LIMITED', message: 'Too many events', reconnect: false });
    connection.silence();
  }
}
