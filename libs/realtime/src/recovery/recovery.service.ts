/** Recovery as the rest of the server sees it: put behind the players' namespace once that is there. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { RoomName } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, RedisService } from '@aeturnis/platform';
import type { Namespace } from 'socket.io';
import type { Adapter } from 'socket.io-adapter';
import { HandshakeFaults, RefusedForNow } from '../auth/handshake-faults';
import { Clock } from '../clock';
import type { Connection } from '../connections/connection';
import { Connections } from '../connections/connections';
import { RoomMemberships } from '../limits/room-memberships';
import { DeliveryMetrics } from '../metrics/delivery-metrics';
import { SocketMetrics } from '../metrics/socket-metrics';
import { ReplayBudget } from '../quota/replay-budget';
import type { Order } from './journal-entry';
import { MemoryRecoveryStore } from './memory-recovery-store';
import { isWellFormed, OutgoingGuard } from './outgoing-guard';
import { makeRecoverable } from './recoverable-adapter';
import { type Progress, Recovery } from './recovery';
import { VOID_OFFSET } from './recoverability';
import { recoveryBounds } from './recovery-bounds';
import type { RecoveryHooks } from './recovery-hooks';
import type { RecoveryFeed, RecoveryStore } from './recovery-store';
import { RedisRecoveryFeed } from './redis-recovery-feed';
import { RedisRecoveryStore } from './redis-recovery-store';
import type { Submitting } from './submissions';

/** What clients are told while it lasts. */
const AWAY = {
  code: 'DEGRADED',
  message: 'This node is cut off: events may be missing, and this connection cannot be recovered for now',
} as const;

/**
 * How long the boot waits for the journal's position where Redis is reached. A client that connects before the position is
 * known gets no offset, so it could not resume its session if it were cut off next.
 */
const POSITION_WITHIN_MS = 3_000;

const REPLAYED_TOO_MUCH = 'Too much was read from the journal for this account';
/** How often what waits for the journal is measured. */
const SAMPLE_MS = 1_000;

@Injectable()
export class RecoveryService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Recovery');
  private recovery: Recovery | null = null;
  private readonly guard: OutgoingGuard;
  private sampling: NodeJS.Timeout | undefined;
  private mover: ((connection: Connection, room: RoomName, into: boolean) => void) | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly redis: RedisService,
    private readonly connections: Connections,
    private readonly metrics: SocketMetrics,
    private readonly deliveries: DeliveryMetrics,
    private readonly clock: Clock,
    private readonly replays: ReplayBudget,
    private readonly memberships: RoomMemberships,
    private readonly faults: HandshakeFaults,
  ) {
    this.guard = new OutgoingGuard(!config.production);
  }

  /** The server listens after this: no client connects before the position is known, unless Redis is away or slow. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.recovery || this.redis.state === 'down') return;
    await this.recovery.positioned(POSITION_WITHIN_MS).catch((error: unknown) => {
      this.logger.warn({
        message: 'journal position unknown at start; clients cannot resume their sessions until it is known',
        error,
      });
    });
  }

  onModuleDestroy(): void {
    clearInterval(this.sampling);
  }

  /** Before the first socket connects. @throws where this version of Socket.IO lacks what recovery is built on. */
  attach(namespace: Namespace, adapter: Adapter, identify: RecoveryHooks['identify']): void {
    const now = (): number => this.clock.now();
    const { store, feed } = this.kept(now);
    const hooks: RecoveryHooks = {
      identify,
      mayReplay: (userId) => !this.replays.isOn || this.replays.admit({ userId, roles: [] }, now()) === 0,
      replayed: (userId, bytes) => this.replays.charge(userId, bytes),
      outcome: (outcome) => {
        this.metrics.recovery(outcome);
        // Its connection is closed before a handshake could count it.
        if (outcome === 'limited') this.faults.report(new RefusedForNow('RATE_LIMITED', REPLAYED_TOO_MUCH));
      },
      failed: (error) => this.faults.report(error),
      gaveUp: (reason) => this.deliveries.dropped(reason),
      unrecoverable: (socketIds) => {
        for (const socketId of socketIds) this.unrecoverable(socketId);
      },
      recoverable: (socketIds) => this.recoverable(socketIds),
      gap: (reason, socketIds) => {
        for (const socketId of socketIds) {
          const connection = this.connections.get(socketId);
          if (!connection) continue;
          this.deliveries.gapAnnounced(reason);
          connection.reply('system:resync', { reason, rooms: [...connection.rooms] });
        }
      },
      obey: (socketId, order) => this.obey(socketId, order),
    };
    const { recoveryWindowMs: windowMs, recoveryMaxRooms: maxRooms, maxWriteBufferBytes: maxMissedBytes } = this.config;
    const options = { windowMs, maxRooms, maxMissedBytes, now };
    const recovery = new Recovery(namespace, adapter, store, feed, hooks, options);
    this.recovery = recovery;
    this.sampling = setInterval(() => this.deliveries.journal(recovery.lag), SAMPLE_MS).unref();
    this.redis.onTrouble((trouble) => recovery.troubled(trouble !== null));
    if (this.redis.trouble !== null) recovery.troubled(true);
    makeRecoverable(adapter, this.recovery, this.guard, this.memberships);
  }

  /** False where certainly nobody is in the room, and nobody is awaited there. */
  reaches(room: string): boolean {
    return this.recovery?.reaches(room) ?? false;
  }

  /** Where the journal stands now, for a client to name when it comes back; undefined while it could not. */
  get offset(): string | undefined {
    return this.recovery?.offset;
  }

  get progress(): Progress {
    return this.recovery?.progress ?? { emitted: 0, kept: 0, lateMs: 0 };
  }

  /** What a socket is due and still on its way is written to it, because it is about to be closed for good. */
  hurry(socketId: string): void {
    this.recovery?.hurry(socketId);
  }

  /** The session of this socket, which lacks a room that it ought to have, is not restored: its client starts afresh. */
  forfeit(socketId: string): void {
    this.recovery?.gone(socketId);
  }

  /** Whether an event may be sent as it is. @throws MalformedEventError where whoever emits it is to be told. */
  admits(data: readonly unknown[]): boolean {
    if (isWellFormed(data)) return true;
    this.guard.refuse(data);
    return false;
  }

  /**
   * An event for these rooms, by no other way than the journal. `told`: the sockets of this node have had it.
   * `versioned`: unless it is superseded. Settles when the journal has it; never where this node gave it up.
   */
  emit(data: unknown[], rooms: readonly string[], except: readonly string[], how: Submitting): Promise<void> {
    return new Promise((settle) => {
      if (this.recovery && this.admits(data)) this.recovery.emit(data, rooms, except, how, settle);
      else settle();
    });
  }

  /** Tells a connection, where that is so, that it cannot be recovered; after that it cannot. */
  warn(socketId: string): void {
    if (this.recovery?.able === false) this.unrecoverable(socketId);
  }

  /** Who moves connections in and out of rooms. */
  moveBy(mover: (connection: Connection, room: RoomName, into: boolean) => void): void {
    this.mover = mover;
  }

  /**
   * Binds all sessions of a user, on all nodes, connected or away, in the order of the journal. Those who are connected
   * here must have obeyed already: this works while Redis is away.
   */
  order(order: Exclude<Order, { kind: 'gap' }>): void {
    this.recovery?.order(order);
  }

  private obey(socketId: string, order: Exclude<Order, { kind: 'gap' }>): void {
    const connection = this.connections.get(socketId);
    if (!connection) return;
    if (order.kind === 'end') connection.close({ code: order.code, message: order.message, reconnect: false });
    else this.mover?.(connection, order.room, order.kind === 'join');
  }

  private unrecoverable(socketId: string): void {
    const connection = this.connections.get(socketId);
    if (!connection) return;
    this.deliveries.gapAnnounced('degraded');
    connection.replyFrom(VOID_OFFSET, 'system:error', AWAY);
  }

  private kept(now: () => number): { store: RecoveryStore; feed: RecoveryFeed } {
    const bounds = recoveryBounds(this.config);
    const { client } = this.redis;
    const { redisPubSub } = this.config;
    if (client)
      return {
        store: new RedisRecoveryStore(this.redis.dedicated(), bounds, redisPubSub),
        feed: new RedisRecoveryFeed(client, this.redis.subscriber(), redisPubSub),
      };
    // Alone, a node misses nothing of itself.
    const memory = new MemoryRecoveryStore({ ...bounds, logEvents: 1 }, now);
    return { store: memory, feed: memory };
  }

  private recoverable(socketIds: readonly string[]): void {
    const serverTime = this.clock.now();
    for (const socketId of socketIds)
      this.connections.get(socketId)?.replyFrom(this.offset, 'system:recoverable', { serverTime });
  }
}
