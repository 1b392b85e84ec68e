/** The entry to session resume for the rest of the server: attaches a `ResumeCoordinator` to the players' namespace. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { RoomName } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, NodeIdentity, RedisService } from '@aeturnis/platform';
import type { Namespace } from 'socket.io';
import type { Adapter } from 'socket.io-adapter';
import { Clock } from '../base/clock';
import type { Connection } from '../connections/connection';
import { ConnectionRegistry } from '../connections/connection-registry';
import { RoomMembershipLimit } from '../quota/room-membership-limit';
import { DeliveryMetrics } from '../base/metrics/delivery-metrics';
import { ConnectionMetrics } from '../base/metrics/connection-metrics';
import { ReplayBudget } from '../quota/replay-budget';
import type { SessionOrder } from './journal/journal-entry';
import { MemoryResumeStore } from './stores/memory-resume-store';
import { hasSingleObjectPayload, EventShapeGuard } from './socketio/event-shape-guard';
import { patchAdapter } from './socketio/adapter-patch';
import { ResumeCoordinator } from './resume-coordinator';
import { VOID_OFFSET } from './sessions/resume-eligibility';
import { resumeBounds, type JournalFeed, type ResumeStore } from './stores/resume-store';
import type { ResumeHooks } from './resume-hooks';
import { RedisJournalFeed } from './stores/redis-journal-feed';
import { RedisResumeStore } from './stores/redis-resume-store';
import type { PublishOptions } from './journal/journal-producer';
import type { JournalProgress } from './journal/journal-producer';

/** Sent to clients of a node that is cut off from the journal. */
const DEGRADED_ERROR = {
  code: 'DEGRADED',
  message: 'This node is cut off: events may be missing, and this connection cannot be recovered for now',
} as const;

/**
 * How long the boot waits for the journal's position where Redis is reached. A client that connects before the position is
 * known gets no offset, so it could not resume its session if it were cut off next.
 */
const POSITION_TIMEOUT_MS = 3_000;

/** Interval of the backlog metrics. */
const SAMPLE_MS = 1_000;

@Injectable()
export class ResumeService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Recovery');
  private coordinator: ResumeCoordinator | null = null;
  private readonly eventShapeGuard: EventShapeGuard;
  private sampleTimer: NodeJS.Timeout | undefined;
  private moveConnection: ((connection: Connection, room: RoomName, into: boolean) => void) | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly redis: RedisService,
    private readonly connections: ConnectionRegistry,
    private readonly metrics: ConnectionMetrics,
    private readonly deliveries: DeliveryMetrics,
    private readonly clock: Clock,
    private readonly replays: ReplayBudget,
    private readonly memberships: RoomMembershipLimit,
    private readonly identity: NodeIdentity,
  ) {
    this.eventShapeGuard = new EventShapeGuard(!config.isProduction);
  }

  /** Delays listening until the journal's position is known, unless Redis is unreachable or slow. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.coordinator || this.redis.state === 'down') return;
    await this.coordinator.waitForPosition(POSITION_TIMEOUT_MS).catch((error: unknown) => {
      this.logger.warn({
        message: 'journal position unknown at start; clients cannot resume their sessions until it is known',
        error,
      });
    });
  }

  onModuleDestroy(): void {
    clearInterval(this.sampleTimer);
  }

  /** Call before the first socket connects. @throws if this version of Socket.IO lacks the internals that resume patches. */
  attach(namespace: Namespace, adapter: Adapter, handshake: Pick<ResumeHooks, 'identify' | 'onFailure'>): void {
    const now = (): number => this.clock.now();
    const { store, feed } = this.createStores(now);
    const hooks: ResumeHooks = {
      ...handshake,
      canReplay: (userId) => !this.replays.isEnabled || this.replays.admit({ userId, roles: [] }, now()) === 0,
      onReplayed: (userId, bytes) => this.replays.charge(userId, bytes),
      onOutcome: (outcome) => {
        this.metrics.recordRecovery(outcome);
        // The connection is closed before the handshake could count this refusal.
        if (outcome === 'limited') this.metrics.recordHandshakeRefused('RATE_LIMITED');
      },
      onEventLost: (reason) => this.deliveries.recordDropped(reason),
      onUnrecoverable: (socketIds) => {
        for (const socketId of socketIds) this.announceUnrecoverable(socketId);
      },
      onRecoverable: (socketIds) => this.announceRecoverable(socketIds),
      onGap: (reason, socketIds) => {
        for (const socketId of socketIds) {
          const connection = this.connections.get(socketId);
          if (!connection) continue;
          this.deliveries.recordGapAnnounced(reason);
          connection.reply('system:resync', { reason, rooms: [...connection.rooms] });
        }
      },
      applyOrder: (socketId, order) => this.applyOrder(socketId, order),
    };
    const { recoveryWindowMs: windowMs, recoveryMaxRooms: maxRooms, maxWriteBufferBytes: maxMissedBytes } = this.config;
    const options = { source: this.identity.shortIncarnation, windowMs, maxRooms, maxMissedBytes, now };
    const coordinator = new ResumeCoordinator(namespace, adapter, store, feed, hooks, options);
    this.coordinator = coordinator;
    this.sampleTimer = setInterval(() => this.deliveries.setJournalLag(coordinator.lag), SAMPLE_MS).unref();
    this.redis.onUsabilityChange((trouble) => coordinator.setStoreUnusable(trouble !== null));
    if (this.redis.unusableReason !== null) coordinator.setStoreUnusable(true);
    patchAdapter(adapter, this.coordinator, this.eventShapeGuard, this.memberships);
  }

  /** False only if no socket is in the room and no suspended session may resume in it. */
  mayHaveRecipients(room: string): boolean {
    return this.coordinator?.mayHaveRecipients(room) ?? false;
  }

  /** The journal's current offset, for a client to resume from; undefined while no client can resume. */
  get offset(): string | undefined {
    return this.coordinator?.offset;
  }

  get journalProgress(): JournalProgress {
    return this.coordinator?.journalProgress ?? { emitted: 0, journaled: 0, lateMs: 0 };
  }

  /** Writes the socket's events that are still on their way through the journal; call before closing it for good. */
  deliverPending(socketId: string): void {
    this.coordinator?.deliverPending(socketId);
  }

  /** Deletes the session of a socket that lacks a room it ought to be in: its client has to start a new one. */
  discardSession(socketId: string): void {
    this.coordinator?.endSession(socketId);
  }

  /** Whether the event carries one object, as clients require. @throws MalformedEventError instead, outside production. */
  checkEventShape(data: readonly unknown[]): boolean {
    if (hasSingleObjectPayload(data)) return true;
    this.eventShapeGuard.reject(data);
    return false;
  }

  /**
   * Publishes an event to these rooms through the journal. `isDeliveredLocally`: the sockets of this node have received it.
   * `versioned`: dropped if superseded. Resolves when the journal has it; never if this node dropped it from a full backlog.
   */
  publish(
    data: unknown[],
    rooms: readonly string[],
    except: readonly string[],
    options: PublishOptions,
  ): Promise<void> {
    return new Promise((resolve) => {
      if (this.coordinator && this.checkEventShape(data))
        this.coordinator.publish(data, rooms, except, options, resolve);
      else resolve();
    });
  }

  /** Sends a new connection `DEGRADED` and a void offset if connections of this node cannot be resumed for now. */
  warnIfUnrecoverable(socketId: string): void {
    if (this.coordinator?.canResume === false) this.announceUnrecoverable(socketId);
  }

  /** Registers the function that moves connections into and out of rooms. */
  setRoomMover(mover: (connection: Connection, room: RoomName, into: boolean) => void): void {
    this.moveConnection = mover;
  }

  /**
   * Publishes an order to all sessions of a user, on all nodes, connected or suspended, in the order of the journal. The caller
   * applies it to this node's own connections before, so that it takes effect while Redis is unreachable as well.
   */
  publishOrder(order: Exclude<SessionOrder, { kind: 'gap' }>): void {
    this.coordinator?.publishOrder(order);
  }

  private applyOrder(socketId: string, order: Exclude<SessionOrder, { kind: 'gap' }>): void {
    const connection = this.connections.get(socketId);
    if (!connection) return;
    if (order.kind === 'end') connection.close({ code: order.code, message: order.message, reconnect: false });
    else this.moveConnection?.(connection, order.room, order.kind === 'join');
  }

  private announceUnrecoverable(socketId: string): void {
    const connection = this.connections.get(socketId);
    if (!connection) return;
    this.deliveries.recordGapAnnounced('degraded');
    connection.replyWithOffset(VOID_OFFSET, 'system:error', DEGRADED_ERROR);
  }

  private createStores(now: () => number): { store: ResumeStore; feed: JournalFeed } {
    const bounds = resumeBounds(this.config);
    const { client } = this.redis;
    const { redisPubSub } = this.config;
    if (client)
      return {
        store: new RedisResumeStore(this.redis.createDedicatedClient(), bounds, redisPubSub),
        feed: new RedisJournalFeed(client, this.redis.createSubscriber(), redisPubSub),
      };
    // A single node cannot miss its own entries, so that its log needs no length.
    const memory = new MemoryResumeStore({ ...bounds, logEvents: 1 }, now);
    return { store: memory, feed: memory };
  }

  private announceRecoverable(socketIds: readonly string[]): void {
    const serverTime = this.clock.now();
    for (const socketId of socketIds)
      this.connections.get(socketId)?.replyWithOffset(this.offset, 'system:recoverable', { serverTime });
  }
}
