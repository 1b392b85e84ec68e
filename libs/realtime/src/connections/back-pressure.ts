/** Slow consumers: a connection that falls too far behind is closed. One that lags gets no volatile events: see EngineWriter. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { cutOff, type EngineConnection, engineConnections, unsentBytes } from '../adapter/engine-connection';
import { SocketServer } from '../adapter/socket-server';
import { SocketMetrics } from '../metrics/socket-metrics';

const LOOK_MS = 1_000;
/**
 * Looks at all connections once a second instead of keeping a timer or a count for each: between two looks a client may
 * exceed the cap, so a burst that it reads in time costs it nothing.
 */
@Injectable()
export class BackPressure implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Connections');
  private timer: NodeJS.Timeout | undefined;
  private ending: ReadonlySet<EngineConnection> = new Set();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly server: SocketServer,
    private readonly metrics: SocketMetrics,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.server.up) return;
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    let highest = 0;
    const ending = new Set<EngineConnection>();
    for (const connection of engineConnections(this.server.io)) {
      const bytes = unsentBytes(connection);
      highest = Math.max(highest, bytes);
      if (bytes > this.config.maxWriteBufferBytes) this.overloaded(connection, bytes);
      else if (connection.readyState === 'closing') ending.add(connection);
    }
    this.metrics.writeBufferHighWater(highest);
    // Closed a look ago and still not read to the end: nobody waits any longer.
    for (const connection of ending) if (this.ending.has(connection)) cutOff(connection);
    this.ending = ending;
  }

  private overloaded(connection: EngineConnection, bytes: number): void {
    const packets = connection.writeBuffer.length;
    const player = [...this.server.io.sockets.sockets.values()].find(({ conn }) => same(conn, connection));
    const { principal, ip } = player?.data ?? {};
    this.logger.warn({ message: 'overloaded, connection closed', userId: principal?.userId, ip, packets, bytes });
    this.metrics.closedFor('OVERLOADED');
    cutOff(connection);
  }
}

const same = (one: object, other: object): boolean => one === other;
