/** The state of the sockets of this node in figures, for readiness, the JSON metrics and the admin's overview. */
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { parseRoom } from '@aeturnis/contracts';
import { HealthProbes, RedisService } from '@aeturnis/platform';
import { SocketServer } from '../adapter/socket-server';
import { Connections } from '../connections/connections';
import { RoomMemberships } from '../limits/room-memberships';
import { SocketMetrics } from './socket-metrics';

const SAMPLE_MS = 5_000;

export interface SocketReport {
  connections: { total: number; users: number };
  /** Rooms with members on this node, by kind. */
  rooms: Record<string, number>;
  /** Rooms of all connections, each counted once for each connection in it, and how many there may be. */
  memberships: { held: number; most: number };
  events: Awaited<ReturnType<SocketMetrics['byEvent']>>;
}

@Injectable()
export class SocketFigures implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  // Counted as they come and go: there are as many as connections.
  private readonly rooms = new Map<string, number>();

  constructor(
    private readonly connections: Connections,
    private readonly server: SocketServer,
    private readonly metrics: SocketMetrics,
    private readonly probes: HealthProbes,
    private readonly redis: RedisService,
    private readonly memberships: RoomMemberships,
  ) {}

  onModuleInit(): void {
    this.probes.register('sockets', () => ({
      status: 'up',
      connections: this.connections.size,
      users: this.connections.users,
      memberships: this.memberships.held,
    }));
    const told = (): void => this.metrics.redis(this.redis);
    told();
    this.redis.onStateChange(told);
    this.redis.onTrouble(told);
  }

  onApplicationBootstrap(): void {
    if (!this.server.up) return;
    const { adapter } = this.server.io.of('/');
    adapter.on('create-room', (room: string) => this.count(room, 1));
    adapter.on('delete-room', (room: string) => this.count(room, -1));
    this.timer = setInterval(() => {
      this.metrics.roomsByKind(this.roomsByKind());
      this.metrics.roomMemberships(this.memberships.held);
    }, SAMPLE_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  roomsByKind(): Record<string, number> {
    return Object.fromEntries(this.rooms);
  }

  async report(): Promise<SocketReport> {
    return {
      connections: { total: this.connections.size, users: this.connections.users },
      rooms: this.roomsByKind(),
      memberships: { held: this.memberships.held, most: this.memberships.most },
      events: await this.metrics.byEvent(),
    };
  }

  private count(room: string, change: 1 | -1): void {
    const kind = parseRoom(room)?.kind;
    if (kind === undefined) return;
    const count = (this.rooms.get(kind) ?? 0) + change;
    if (count > 0) this.rooms.set(kind, count);
    else this.rooms.delete(kind);
  }
}
