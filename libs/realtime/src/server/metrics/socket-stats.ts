/** Statistics of this node's sockets, for readiness, the JSON metrics and the admin overview. */
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { parseRoom } from '@aeturnis/contracts';
import { HealthProbes, RedisService } from '@aeturnis/platform';
import { SocketServer } from '../../transport/socket-server';
import { ConnectionRegistry } from '../../connections/connection-registry';
import { RoomMembershipLimit } from '../../quota/room-membership-limit';
import { CommandMetrics } from '../../base/metrics/command-metrics';
import { RedisUsageMetrics } from '../../base/metrics/redis-usage-metrics';
import { RoomMetrics } from '../../base/metrics/room-metrics';

const SAMPLE_MS = 5_000;

export interface SocketStatsReport {
  connections: { total: number; users: number };
  /** Rooms with members on this node, by kind. */
  rooms: Record<string, number>;
  /** Room memberships of all connections, and the maximum for this node. */
  memberships: { held: number; most: number };
  events: Awaited<ReturnType<CommandMetrics['statsByEvent']>>;
}

@Injectable()
export class SocketStats implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  // Updated as rooms are created and deleted: iterating over them would cost too much, as every connection has a room.
  private readonly roomCounts = new Map<string, number>();

  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly server: SocketServer,
    private readonly commandMetrics: CommandMetrics,
    private readonly roomMetrics: RoomMetrics,
    private readonly redisMetrics: RedisUsageMetrics,
    private readonly probes: HealthProbes,
    private readonly redis: RedisService,
    private readonly memberships: RoomMembershipLimit,
  ) {}

  onModuleInit(): void {
    this.probes.register('sockets', () => ({
      status: 'up',
      connections: this.connections.size,
      users: this.connections.userCount,
      memberships: this.memberships.held,
    }));
    const updateRedis = (): void => this.redisMetrics.setRedisState(this.redis);
    updateRedis();
    this.redis.onStateChange(updateRedis);
    this.redis.onUsabilityChange(updateRedis);
  }

  onApplicationBootstrap(): void {
    if (!this.server.isUp) return;
    const { adapter } = this.server.io.of('/');
    adapter.on('create-room', (room: string) => this.countRoom(room, 1));
    adapter.on('delete-room', (room: string) => this.countRoom(room, -1));
    this.timer = setInterval(() => {
      this.roomMetrics.setRoomsByKind(this.roomsByKind());
      this.roomMetrics.setRoomMemberships(this.memberships.held);
    }, SAMPLE_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  roomsByKind(): Record<string, number> {
    return Object.fromEntries(this.roomCounts);
  }

  async report(): Promise<SocketStatsReport> {
    return {
      connections: { total: this.connections.size, users: this.connections.userCount },
      rooms: this.roomsByKind(),
      memberships: { held: this.memberships.held, most: this.memberships.max },
      events: await this.commandMetrics.statsByEvent(),
    };
  }

  private countRoom(room: string, change: 1 | -1): void {
    const kind = parseRoom(room)?.kind;
    if (kind === undefined) return;
    const count = (this.roomCounts.get(kind) ?? 0) + change;
    if (count > 0) this.roomCounts.set(kind, count);
    else this.roomCounts.delete(kind);
  }
}
