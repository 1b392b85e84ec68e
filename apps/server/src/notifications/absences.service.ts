/**
 * Decides about what was sent to users just before they were found gone. A user stays online for a moment after the last
 * connection has ended, and for longer where a device vanished without a word; what is sent meanwhile notifies nobody. Once
 * the user is found gone, the domains notify of what has not reached a device, as far as the transport knows.
 */
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { APP_CONFIG, type AppConfig, Database, Shutdown } from '@aeturnis/platform';
import { ConnectionHooks, Presence, RealtimeService } from '@aeturnis/realtime';
import type { OnAbsent } from './absence';
import { AbsencesRepository, type ConnectionEnd } from './absences.repository';

const RECORD_MS = 500;
const SWEEP_MS = 30_000;
/** Users who are decided on in one transaction. */
const USERS_PER_BATCH = 100;
const USERS_PER_SWEEP = 500;
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
  private readonly listeners: OnAbsent[] = [];
  /** Connections that have ended here and are not recorded yet. */
  private ended: Ended[] = [];
  private readonly gone = new Set<string>();
  private deciding: Promise<void> | null = null;
  private recording: Promise<void> = Promise.resolve();
  private readonly timers: NodeJS.Timeout[] = [];
  /** For so long, at most, it may not be known that somebody is gone. */
  private readonly doubtMs: number;

  constructor(
    @Inject(APP_CONFIG) config: AppConfig,
    private readonly database: Database,
    private readonly repository: AbsencesRepository,
    private readonly hooks: ConnectionHooks,
    private readonly presence: Presence,
    private readonly realtime: RealtimeService,
    private readonly shutdown: Shutdown,
  ) {
    this.doubtMs = config.pingIntervalMs + config.pingTimeoutMs + SLACK_MS;
  }

  onModuleInit(): void {
    this.hooks.onClosing(({ principal: { userId }, delivery: { confirmedUntil, openMs }, recovered }) => {
      // One that was recovered goes on with another connection, of which that is known.
      if (confirmedUntil !== null || !recovered) this.keep(userId, confirmedUntil, openMs);
    });
    this.presence.onOffline((userId, _, { reach }) => {
      // A node that is cut off knows its own connections alone.
      if (reach !== 'here') this.decide([userId]);
    });
    this.shutdown.register('state', 'absences', () => this.stop());
  }

  onApplicationBootstrap(): void {
    this.timers.push(
      setInterval(() => void this.record(), RECORD_MS).unref(),
      setInterval(() => void this.sweep(), SWEEP_MS).unref(),
    );
  }

  /** The end of the membership has told who was gone by then, and the database closes afterwards. */
  async onModuleDestroy(): Promise<void> {
    await this.deciding;
  }

  /** Calls a domain when users are found gone. */
  onAbsent(listener: OnAbsent): void {
    this.listeners.push(listener);
  }

  /**
   * Which of these users, who are offline, the domains are still called for: what is stored in the transaction around this
   * call is seen by them then. Call it before what it stores is notified in another way.
   */
  undecided(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.repository.undecided(userIds);
  }

  /** A user was found gone while something was being stored, up to so long ago: it may not have been seen by who decided then. */
  decideAgain(userId: string, sinceMs: number): void {
    this.keep(userId, null, sinceMs);
    this.decide([userId]);
  }

  private decide(userIds: readonly string[]): void {
    for (const userId of userIds) this.gone.add(userId);
    this.deciding ??= this.run().finally(() => (this.deciding = null));
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
        if (absent.length > 0) for (const listener of this.listeners) await listener(absent);
      });
    } catch (error) {
      if (userIds.length > 1) for (const userId of userIds) await this.decideTogether([userId]);
      else
        this.logger.warn({
          message: 'a user who has gone could not be notified of what was not delivered, retrying within two minutes',
          userId: userIds[0],
          error,
        });
    }
  }

  private keep(userId: string, confirmedUntil: number | null, openMs: number): void {
    this.ended.push({ userId, confirmedUntil, openedAt: performance.now() - openMs });
  }

  /** Settles when all ends of before are stored, or could not be. */
  private record(): Promise<void> {
    return (this.recording = this.recording.then(() => this.recordOnce()));
  }

  private async recordOnce(): Promise<void> {
    const taken = this.ended;
    this.ended = [];
    const now = performance.now();
    try {
      await this.repository.record(taken.map(({ openedAt, ...end }) => ({ ...end, openedMsAgo: now - openedAt })));
    } catch {
      // The database is away. Who is found gone without a record is decided on by the longest doubt there may be.
      this.ended = [...taken, ...this.ended].slice(-MAX_UNRECORDED);
    }
  }

  /** Who was not decided on, because a node died over it or the database was away; who has come back is forgotten. */
  private async sweep(): Promise<void> {
    try {
      const userIds = await this.repository.overdue(this.doubtMs, USERS_PER_SWEEP);
      if (userIds.length === 0) return;
      const online = await this.realtime.areOnline(userIds);
      const present = userIds.filter((_, index) => online[index]);
      if (present.length > 0) await this.repository.forget(present, this.doubtMs);
      this.decide(userIds.filter((_, index) => !online[index]));
    } catch (error) {
      this.logger.warn({ message: 'users who have gone could not be looked for, retrying in 30 s', error });
    }
  }

  private async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.record();
  }
}
