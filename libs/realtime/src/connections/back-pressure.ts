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
  /** Those that were open at the last look, and all since: to list the engine's own takes longer than to look at them. */
  private readonly lines: EngineConnection[] = [];

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly server: SocketServer,
    private readonly metrics: SocketMetrics,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.server.up) return;
    const { io } = this.server;
    this.lines.push(...engineConnections(io));
    io.engine.on('connection', (line: EngineConnection) => this.lines.push(line));
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    let highest = 0;
    const ending = new Set<EngineConnection>();
    let open = 0;
    for (const connection of this.lines) {
      if (connection.readyState === 'closed') continue;
      this.lines[open++] = connection;
      const bytes = unsentBytes(connection);
      highest = Math.max(highest, bytes);
      if (bytes > this.config.maxWriteBufferBytes) this.overloaded(connection, bytes);
      else if (connection.readyState === 'closing') ending.add(connection);
    }
    this.lines.length = open;
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
