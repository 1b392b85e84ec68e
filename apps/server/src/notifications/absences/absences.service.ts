/**
 * Notifies users of messages that were sent shortly before they went offline and did not arrive. A user counts as online
 * for a moment after the last connection ended, and longer if a device vanished without closing its connection; messages
 * sent in that time create no notification. Once the user is offline, the domains create one for what the transport could
 * not confirm as delivered.
 *
 * A connection that ends is recorded as an absence of its user, with the time until which delivery is confirmed. The absence
 * is pending until the user is known to be offline, and is then processed once, or until the user is online again.
 */
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import {
  APP_CONFIG,
  type AppConfig,
  Database,
  FailureLog,
  runInBackground,
  isContention,
  Shutdown,
} from '@aeturnis/platform';
import { type Connection, ConnectionHooks, ConnectionRegistry, Presence, toAppError } from '@aeturnis/realtime';
import type { DeliveredInterval, OnAbsent, OnDelivered } from './absence';
import { AbsencesRepository, type ConnectionEnd } from './absences.repository';
import { StorageQueue } from './storage-queue';

const FLUSH_INTERVAL_MS = 500;
const SWEEP_INTERVAL_MS = 30_000;
/** Confirmed deliveries over open connections are stored at this interval, so that a killed node loses only the latest. */
const DELIVERED_INTERVAL_MS = 15_000;
/** Users processed in one transaction. */
const USERS_PER_BATCH = 100;
const USERS_PER_PAGE = 500;
const PAGES_PER_SWEEP = 20;
/** Maximum number of items in each queue while the database is unreachable. */
const MAX_UNRECORDED = 100_000;
/** Covers the expiry of a lease, the grace period before a user counts as offline, and the processing time. */
const DETECTION_SLACK_MS = 30_000;

interface QueuedEnd extends Omit<ConnectionEnd, 'openedMsAgo'> {
  /** Monotonic time. */
  readonly openedAt: number;
}

@Injectable()
export class AbsencesService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AbsencesService.name);
  private readonly failures = new FailureLog(this.logger);
  private readonly absentListeners: OnAbsent[] = [];
  private readonly deliveredListeners: OnDelivered[] = [];
  /** Ended connections of this node that are not recorded yet. */
  private readonly endQueue = new StorageQueue<QueuedEnd>('connection ends', MAX_UNRECORDED, this.logger);
  /** Delivered intervals of connections of this node that are not stored yet. */
  private readonly deliveredQueue = new StorageQueue<DeliveredInterval>('deliveries', MAX_UNRECORDED, this.logger);
  private readonly offlineUserIds = new Set<string>();
  /** Users that were online when a message was stored for them, with the monotonic time of the first such message. */
  private readonly pendingChecks = new Map<string, number>();
  private processing: Promise<void> | null = null;
  private flushing: Promise<void> = Promise.resolve();
  private readonly timers: NodeJS.Timeout[] = [];
  /** Longest time until a vanished user is detected as offline. */
  private readonly detectionMs: number;

  constructor(
    @Inject(APP_CONFIG) config: AppConfig,
    private readonly database: Database,
    private readonly repository: AbsencesRepository,
    private readonly hooks: ConnectionHooks,
    private readonly presence: Presence,
    private readonly connections: ConnectionRegistry,
    private readonly shutdown: Shutdown,
  ) {
    this.detectionMs = config.pingIntervalMs + config.pingTimeoutMs + DETECTION_SLACK_MS;
  }

  onModuleInit(): void {
    this.hooks.onClosing((connection) => {
      const { principal, delivered, recovered, ageMs } = connection;
      this.queueDelivered(connection);
      // A recovered connection without confirmed deliveries is not recorded: the end of the connection before it was.
      if (delivered || !recovered) this.queueEnd(principal.userId, delivered?.until ?? null, ageMs);
    });
    this.presence.onOffline((userId, _, { reach }) => {
      // With `here`, the node is cut off and knows only its own connections, so the user may be online elsewhere.
      if (reach !== 'here') this.processOffline([userId]);
    });
    this.shutdown.register('state', 'absences', () => this.stop());
  }

  onApplicationBootstrap(): void {
    // Timers keep the context in which they are created, so they are created in the background context.
    runInBackground('absences', () =>
      this.timers.push(
        setInterval(() => void this.flush(), FLUSH_INTERVAL_MS).unref(),
        setInterval(() => void this.checkStillOnline(), FLUSH_INTERVAL_MS).unref(),
        setInterval(() => void this.sweep(), SWEEP_INTERVAL_MS).unref(),
        setInterval(() => this.queueAllDelivered(), DELIVERED_INTERVAL_MS).unref(),
      ),
    );
  }

  /** When the membership stops, it reports users as offline: waits for their processing. The database closes afterwards. */
  async onModuleDestroy(): Promise<void> {
    await this.processing;
  }

  /** Registers a listener that is called when users go offline. */
  onAbsent(listener: OnAbsent): void {
    this.absentListeners.push(listener);
  }

  /** Registers a listener that is called with delivered intervals: at the end of a connection, and periodically before. */
  onDelivered(listener: OnDelivered): void {
    this.deliveredListeners.push(listener);
  }

  /**
   * Returns the users among these with a pending absence, which stays pending until this transaction ends: the listeners of
   * `onAbsent` will find what it stores. Call it first, and notify only the other offline users directly.
   */
  lockPending(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.repository.lockPending(userIds);
  }

  /**
   * Call it after storing a message for an online user. Checks the user again shortly after, because the absence may have
   * been processed in between, without that message.
   */
  checkLater(userId: string): void {
    if (!this.pendingChecks.has(userId) && this.pendingChecks.size < MAX_UNRECORDED)
      this.pendingChecks.set(userId, performance.now());
  }

  private processOffline(userIds: readonly string[]): void {
    for (const userId of userIds) this.offlineUserIds.add(userId);
    this.processing ??= runInBackground('absences', () => this.processAll()).finally(() => (this.processing = null));
  }

  private async processAll(): Promise<void> {
    // Collects the users of one event loop iteration into a batch.
    await new Promise(setImmediate);
    while (this.offlineUserIds.size > 0) {
      const userIds = [...this.offlineUserIds].slice(0, USERS_PER_BATCH);
      for (const userId of userIds) this.offlineUserIds.delete(userId);
      await this.flush();
      await this.processBatch(userIds);
    }
  }

  /** On failure, processes each user alone, so that one does not block the others. A sweep on any node retries it. */
  private async processBatch(userIds: readonly string[]): Promise<void> {
    try {
      // A user whose connections no node has recorded is taken to have missed everything within the detection time.
      await this.repository.recordUnreported(userIds, this.detectionMs);
      await this.database.transaction(async () => {
        const absent = await this.repository.takePending(userIds);
        if (absent.length > 0) for (const listener of this.absentListeners) await listener(absent);
      });
    } catch (error) {
      if (userIds.length > 1) for (const userId of userIds) await this.processBatch([userId]);
      else await this.handleFailure(userIds, error);
    }
  }

  /** Drops the absence on a permanent error: otherwise every sweep would find these users first. */
  private async handleFailure(userIds: readonly string[], error: unknown): Promise<void> {
    const [userId] = userIds;
    const failure = 'notifying an absent user of undelivered messages failed';
    // The sweeps find an absence that is older than `detectionMs`.
    if (isContention(error) || toAppError(error).traits.retryable)
      return this.failures.warn({ message: `${failure}, retrying within two minutes`, userId, error });
    this.logger.error({ message: `${failure}, its absence is dropped`, userId, error });
    await this.repository
      .takePending(userIds)
      .catch((reason: unknown) =>
        this.logger.error({ message: 'absence was not deleted, the next sweep retries it', userId, error: reason }),
      );
  }

  /** Checks all queued users with one presence request. */
  private async checkStillOnline(): Promise<void> {
    const users = [...this.pendingChecks];
    if (users.length === 0) return;
    this.pendingChecks.clear();
    const onlineFlags = await this.presence.areOnlineAnywhere(users.map(([userId]) => userId));
    const now = performance.now();
    for (const [index, [userId, storedAt]] of users.entries()) {
      if (!onlineFlags) this.pendingChecks.set(userId, storedAt);
      else if (!onlineFlags[index]) {
        // Recorded like a connection that was open since the message was stored, and confirmed nothing.
        this.queueEnd(userId, null, now - storedAt);
        this.processOffline([userId]);
      }
    }
  }

  private queueAllDelivered(): void {
    for (const connection of this.connections.all()) this.queueDelivered(connection);
  }

  private queueDelivered(connection: Connection): void {
    const delivered = connection.takeDelivered();
    if (!delivered) return;
    const { principal, recovered } = connection;
    // A recovering client sends its last offset and receives the missed events first. So its first confirmation covers the
    // events sent over its previous connection, too.
    const from = recovered ? delivered.from - this.detectionMs : delivered.from;
    this.deliveredQueue.add({ userId: principal.userId, from, until: delivered.until });
  }

  private queueEnd(userId: string, confirmedUntil: number | null, openMs: number): void {
    this.endQueue.add({ userId, confirmedUntil, openedAt: performance.now() - openMs });
  }

  /** Resolves after an attempt to store all items that are queued now. */
  private flush(): Promise<void> {
    return (this.flushing = this.flushing.then(() => this.flushOnce()));
  }

  /** Stores deliveries before ends: an end without its deliveries would create notifications of delivered messages. */
  private async flushOnce(): Promise<void> {
    const now = performance.now();
    const stored = await this.deliveredQueue.flush(async (ranges) => {
      for (const listener of this.deliveredListeners) await listener(ranges);
    });
    if (!stored) return;
    await this.endQueue.flush((ends) =>
      this.repository.record(ends.map(({ openedAt, ...end }) => ({ ...end, openedMsAgo: now - openedAt }))),
    );
  }

  /** Handles users missed because a node died or the database was unreachable; drops the records of users who returned. */
  private async sweep(): Promise<void> {
    try {
      let userIds: string[] = [];
      for (let page = 0; page === 0 || (page < PAGES_PER_SWEEP && userIds.length === USERS_PER_PAGE); page++) {
        userIds = await this.repository.findOverdue(this.detectionMs, USERS_PER_PAGE);
        if (!(await this.sweepPage(userIds))) return;
      }
    } catch (error) {
      this.failures.warn({ message: 'search for users who went offline failed, retrying in 30 s', error });
    }
  }

  /** @returns false if the presence of users on other nodes is unknown, so that nothing was done. */
  private async sweepPage(userIds: readonly string[]): Promise<boolean> {
    if (userIds.length === 0) return true;
    const online = await this.presence.areOnlineAnywhere(userIds);
    if (!online) return false;
    const onlineUserIds = userIds.filter((_, index) => online[index]);
    if (onlineUserIds.length > 0) await this.repository.removeReturned(onlineUserIds, this.detectionMs);
    this.processOffline(userIds.filter((_, index) => !online[index]));
    await this.processing;
    return true;
  }

  private async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.checkStillOnline();
    await this.flush();
  }
}
