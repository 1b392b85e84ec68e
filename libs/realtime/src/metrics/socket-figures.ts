/** The state of the sockets of this node in figures, for readiness, the JSON metrics and the admin's overview. */
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { parseRoom } from '@aeturnis/contracts';
import { HealthProbes, RedisService } from '@aeturnis/platform';
import { SocketServer } from '../adapter/socket-server';
import { Connections } from '../connections/connections';
import { SocketMetrics } from './socket-metrics';

const SAMPLE_MS = 5_000;

export interface SocketReport {
  connections: { total: number; users: number };
  /** Rooms with members on this node, by kind. */
  rooms: Record<string, number>;
  events: Awaited<ReturnType<SocketMetrics['byEvent']>>;
}

@Injectable()
export class SocketFigures implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly server: SocketServer,
    private readonly metrics: SocketMetrics,
    private readonly probes: HealthProbes,
    private readonly redis: RedisService,
  ) {}

  onModuleInit(): void {
    this.probes.register('sockets', () => ({
      status: 'up',
      connections: this.connections.size,
      users: this.connections.users,
    }));
    this.metrics.redis(this.redis.state === 'up');
    this.redis.onStateChange((state) => this.metrics.redis(state === 'up'));
    this.timer = setInterval(() => this.metrics.roomsByKind(this.roomsByKind()), SAMPLE_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  roomsByKind(): Record<string, number> {
    const counts: Record<string, number> = {};
    if (!this.server.up) return counts;
    for (const room of this.server.io.of('/').adapter.rooms.keys()) {
      const kind = parseRoom(room)?.kind;
      if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }

  async report(): Promise<SocketReport> {
    return {
      connections: { total: this.connections.size, users: this.connections.users },
      rooms: this.roomsByKind(),
      events: await this.metrics.byEvent(),
    };
  }
}
