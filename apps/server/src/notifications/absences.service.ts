/**
 * Notifies users of messages that were sent shortly before they went offline and did not arrive. A user counts as online
 * for a moment after the last connection ended, and longer if a device vanished without closing its connection; messages
 * sent in that time create no notification. Once the user is offline, the domains create one for what the transport could
 * not confirm as delivered.
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
  inBackground,
  isContention,
  Shutdown,
} from '@aeturnis/platform';
import { type Connection, ConnectionHooks, Connections, Presence, toAppError } from '@aeturnis/realtime';
import type { Delivered, OnAbsent, OnDelivered } from './absence';
import { AbsencesRepository, type ConnectionEnd } from './absences.repository';
import { StorageQueue } from './storage-queue';

const RECORD_MS = 500;
const SWEEP_MS = 30_000;
/** Of what has arrived by connections that stay open, a node that is killed forgets no more than that. */
const DELIVERED_MS = 15_000;
/** Users who are decided on in one transaction. */
const USERS_PER_BATCH = 100;
const USERS_PER_PAGE = 500;
const PAGES_PER_SWEEP = 20;
/** While the database is away. */
const MAX_UNRECORDED = 100_000;
/** A lease that ends, the time a user lingers, and the time all of it takes. */
const SLACK_MS = 30_000;

interface Ended extends Omit<ConnectionEnd, 'openedMsAgo'> {
  /** By a clock that is never set. */
  readonly openedAt: number;
}

@Injectable()
export class AbsencesService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AbsencesService.name);
  private readonly failures = new FailureLog(this.logger);
  private readonly absentListeners: OnAbsent[] = [];
  private readonly deliveredListeners: OnDelivered[] = [];
  /** Connections that have ended here and are not recorded yet. */
  private readonly ended = new StorageQueue<Ended>('ends of connections', MAX_UNRECORDED, this.logger);
  /** What has arrived by connections of this node and is not stored yet. */
  private readonly delivered = new StorageQueue<Delivered>('deliveries', MAX_UNRECORDED, this.logger);
  private readonly gone = new Set<string>();
  /** Users who were online when something was stored for them, and when that was. */
  private readonly unverified = new Map<string, number>();
  private deciding: Promise<void> | null = null;
  private recording: Promise<void> = Promise.resolve();
  private readonly timers: NodeJS.Timeout[] = [];
  /** Longest time until a vanished user is detected as offline. */
  private readonly doubtMs: number;

  constructor(
    @Inject(APP_CONFIG) config: AppConfig,
    private readonly database: Database,
    private readonly repository: AbsencesRepository,
    private readonly hooks: ConnectionHooks,
    private readonly presence: Presence,
    private readonly connections: Connections,
    private readonly shutdown: Shutdown,
  ) {
    this.doubtMs = config.pingIntervalMs + config.pingTimeoutMs + SLACK_MS;
  }

  onModuleInit(): void {
    this.hooks.onClosing((connection) => {
      const { principal, delivered, recovered, ageMs } = connection;
      this.keepDelivered(connection);
      // One that was recovered continues another connection, of which that is known.
      if (delivered || !recovered) this.keepEnd(principal.userId, delivered?.until ?? null, ageMs);
    });
    this.presence.onOffline((userId, _, { reach }) => {
      // A node that is cut off knows its own connections alone.
      if (reach !== 'here') this.decide([userId]);
    });
    this.shutdown.register('state', 'absences', () => this.stop());
  }

  onApplicationBootstrap(): void {
    // Timers belong to what they were set in.
    inBackground('absences', () =>
      this.timers.push(
        setInterval(() => void this.record(), RECORD_MS).unref(),
        setInterval(() => void this.verify(), RECORD_MS).unref(),
        setInterval(() => void this.sweep(), SWEEP_MS).unref(),
        setInterval(() => this.keepAllDelivered(), DELIVERED_MS).unref(),
      ),
    );
  }

  /** The end of the membership has told who was gone by then, and the database closes afterwards. */
  async onModuleDestroy(): Promise<void> {
    await this.deciding;
  }

  /** Registers a listener that is called when users go offline. */
  onAbsent(listener: OnAbsent): void {
    this.absentListeners.push(listener);
  }

  /** Calls a domain when it is known what has arrived: when a connection ends, and from time to time while it lasts. */
  onDelivered(listener: OnDelivered): void {
    this.deliveredListeners.push(listener);
  }

  /**
   * Which of these users, who are offline, the domains are still called for: what is stored in the transaction around this
   * call is seen by them then. Call it before what it stores is notified in another way.
   */
  undecided(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.repository.undecided(userIds);
  }

  /**
   * Something was stored for a user who was online then. Looks again in a moment: whoever found the user gone meanwhile may
   * have decided without it.
   */
  stored(userId: string): void {
    if (!this.unverified.has(userId) && this.unverified.size < MAX_UNRECORDED)
      this.unverified.set(userId, performance.now());
  }

  private decide(userIds: readonly string[]): void {
    for (const userId of userIds) this.gone.add(userId);
    this.deciding ??= inBackground('absences', () => this.run()).finally(() => (this.deciding = null));
  }

  private async run(): Promise<void> {
    // Those of one turn of the event loop together.
    await new Promise(setImmediate);
    while (this.gone.size > 0) {
      const userIds = [...this.gone].slice(0, USERS_PER_BATCH);
      for (const userId of userIds) this.gone.delete(userId);
      await this.record();
      await this.decideTogether(userIds);
    }
  }

  /** One who cannot be decided on holds up no other, and is tried again by the sweep, on whatever node. */
  private async decideTogether(userIds: readonly string[]): Promise<void> {
    try {
      await this.repository.recordUnknown(userIds, this.doubtMs);
      await this.database.transaction(async () => {
        const absent = await this.repository.take(userIds);
        if (absent.length > 0) for (const listener of this.absentListeners) await listener(absent);
      });
    } catch (error) {
      if (userIds.length > 1) for (const userId of userIds) await this.decideTogether([userId]);
      else await this.postpone(userIds, error);
    }
  }

  /** What would fail each time is given up: otherwise the sweep would find these users before all others. */
  private async postpone(userIds: readonly string[], error: unknown): Promise<void> {
    const [userId] = userIds;
    const failed = 'a user who has gone could not be notified of what was not delivered';
    if (isContention(error) || toAppError(error).traits.retryable)
      return this.failures.warn({ message: `${failed}, retrying within two minutes`, userId, error });
    this.logger.error({ message: `${failed}; it is given up`, userId, error });
    await this.repository
      .take(userIds)
      .catch((reason: unknown) =>
        this.logger.error({ message: 'the absence of a user could not be removed', userId, error: reason }),
      );
  }

  /** One request for all of them, however much was stored. */
  private async verify(): Promise<void> {
    const users = [...this.unverified];
    if (users.length === 0) return;
    this.unverified.clear();
    const online = await this.presence.areOnlineAnywhere(users.map(([userId]) => userId));
    const now = performance.now();
    for (const [index, [userId, storedAt]] of users.entries()) {
      if (!online) this.unverified.set(userId, storedAt);
      else if (!online[index]) {
        this.keepEnd(userId, null, now - storedAt);
        this.decide([userId]);
      }
    }
  }

  private keepAllDelivered(): void {
    for (const connection of this.connections.all()) this.keepDelivered(connection);
  }

  private keepDelivered(connection: Connection): void {
    const range = connection.takeDelivered();
    if (!range) return;
    const { principal, recovered } = connection;
    // A client that comes back says how far it has got, and is written the rest first: that confirms what its connection
    // before was written, too.
    const from = recovered ? range.from - this.doubtMs : range.from;
    this.delivered.add({ userId: principal.userId, from, until: range.until });
  }

  private keepEnd(userId: string, confirmedUntil: number | null, openMs: number): void {
    this.ended.add({ userId, confirmedUntil, openedAt: performance.now() - openMs });
  }

  /** Settles when all ends of before are stored, or could not be. */
  private record(): Promise<void> {
    return (this.recording = this.recording.then(() => this.recordOnce()));
  }

  /** While the database is unreachable, users who go offline without a record get the longest possible uncertainty, `doubtMs`. */
  private async recordOnce(): Promise<void> {
    const now = performance.now();
    const stored = await this.delivered.store(async (ranges) => {
      for (const listener of this.deliveredListeners) await listener(ranges);
    });
    if (!stored) return;
    await this.ended.store((ends) =>
      this.repository.record(ends.map(({ openedAt, ...end }) => ({ ...end, openedMsAgo: now - openedAt }))),
    );
  }

  /** Handles users missed because a node died or the database was unreachable; drops the records of users who returned. */
  private async sweep(): Promise<void> {
    try {
      let userIds: string[] = [];
      for (let page = 0; page === 0 || (page < PAGES_PER_SWEEP && userIds.length === USERS_PER_PAGE); page++) {
        userIds = await this.repository.overdue(this.doubtMs, USERS_PER_PAGE);
        if (!(await this.sweepPage(userIds))) return;
      }
    } catch (error) {
      this.failures.warn({ message: 'search for users who went offline failed, retrying in 30 s', error });
    }
  }

  /** @returns false where nothing could be done, because users may be online on nodes that cannot be asked. */
  private async sweepPage(userIds: readonly string[]): Promise<boolean> {
    if (userIds.length === 0) return true;
    const online = await this.presence.areOnlineAnywhere(userIds);
    if (!online) return false;
    const present = userIds.filter((_, index) => online[index]);
    if (present.length > 0) await this.repository.removeReturned(present, this.doubtMs);
    this.decide(userIds.filter((_, index) => !online[index]));
    await this.deciding;
    return true;
  }

  private async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.verify();
    await this.record();
  }
}
