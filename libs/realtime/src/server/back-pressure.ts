/**
 * Checks all connections once a second: ends those that were not admitted in time, and destroys closed ones whose clients do
 * not read the rest. A client that is reading a replay keeps its connection. Slow clients are handled elsewhere: `UnsentBytes`
 * cuts off connections with too many unread bytes, and `EngineWriter` drops volatile events for lagging ones.
 */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import type { ConnectionGuard } from '../transport/limits/connection-guard';
import { MIN_READ_BYTES } from '../transport/outbound/closing-grace';
import { SocketServer } from '../transport/socket-server';
import { TransportGuard } from '../transport/limits/transport-guard';
import { Clock } from '../base/clock';
import { ConnectionMetrics } from '../base/metrics/connection-metrics';

const CHECK_INTERVAL_MS = 1_000;

@Injectable()
export class BackPressure implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  /** The unread bytes of the connections that were closing at the last check. */
  private unreadAtLastCheck: ReadonlyMap<ConnectionGuard, number> = new Map();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly server: SocketServer,
    private readonly transport: TransportGuard,
    private readonly clock: Clock,
    private readonly metrics: ConnectionMetrics,
  ) {}

  onApplicationBootstrap(): void {
    if (this.server.isUp) this.timer = setInterval(() => this.check(), CHECK_INTERVAL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const { total, highest } = this.transport.unsentBytes();
    this.metrics.setWriteBufferHighWater(highest);
    this.metrics.setUnsentBytes(total);
    const closing = new Map<ConnectionGuard, number>();
    const latest = this.clock.now() - this.config.connectTimeoutMs;
    for (const guard of this.transport.openGuards()) {
      if (guard.connection.readyState === 'closing') closing.set(guard, guard.unsentBytes);
      else if (!guard.isAdmitted && guard.unadmittedSince < latest) guard.end('CONNECT_TIMEOUT');
    }
    // Connections that were already closing at the last check and have not been read to the end get no more time.
    for (const [guard, unread] of closing) {
      const previouslyUnread = this.unreadAtLastCheck.get(guard);
      if (previouslyUnread === undefined) continue;
      const isReading = guard.replayAllowanceBytes > 0 && unread <= previouslyUnread - MIN_READ_BYTES;
      if (!isReading) guard.destroy();
    }
    this.unreadAtLastCheck = closing;
  }
}
