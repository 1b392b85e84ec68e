/**
 * Looks at all connections once a second: for those that were not admitted in time, and for those that were closed and are
 * not read to the end; one that is still being sent what it missed has time as long as it reads. Connections that fall too far behind are cut off when they are written to: see `UnsentBytes`. One
 * that lags gets no volatile events: see `EngineWriter`.
 */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import type { ConnectionGuard } from '../adapter/connection-guard';
import { LEAST_READ_BYTES } from '../adapter/last-words';
import { SocketServer } from '../adapter/socket-server';
import { TransportGuard } from '../adapter/transport-guard';
import { Clock } from '../clock';
import { SocketMetrics } from '../metrics/socket-metrics';

const LOOK_MS = 1_000;

@Injectable()
export class BackPressure implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  /** Closed at the last look, and what their clients had not read then. */
  private closing: ReadonlyMap<ConnectionGuard, number> = new Map();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly server: SocketServer,
    private readonly transport: TransportGuard,
    private readonly clock: Clock,
    private readonly metrics: SocketMetrics,
  ) {}

  onApplicationBootstrap(): void {
    if (this.server.up) this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { total, highest } = this.transport.unsentBytes();
    this.metrics.writeBufferHighWater(highest);
    this.metrics.unsentBytes(total);
    const closing = new Map<ConnectionGuard, number>();
    const latest = this.clock.now() - this.config.connectTimeoutMs;
    for (const guard of this.transport.open()) {
      if (guard.connection.readyState === 'closing') closing.set(guard, guard.unsentBytes);
      else if (!guard.admitted && guard.waitingSince < latest) guard.end('CONNECT_TIMEOUT');
    }
    // Closed a look ago and still not read to the end: nobody waits any longer.
    for (const [guard, unsent] of closing) {
      const before = this.closing.get(guard);
      if (before === undefined) continue;
      const isReading = guard.replayBytes > 0 && unsent <= before - LEAST_READ_BYTES;
      if (!isReading) guard.destroy();
    }
    this.closing = closing;
  }
}
