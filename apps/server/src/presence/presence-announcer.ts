/**
 * Announces to subscribers when a user goes online or offline or changes status; announces nothing of invisible users.
 * Announcements of one user by several nodes arrive in order. If a node dies before one is journaled, another node repeats it.
 */
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { EventName, EventPayload } from '@aeturnis/contracts';
import { Database, retryableQueryError, FailureLog } from '@aeturnis/platform';
import { Clock, FanOutMeter, Presence, type PresenceAnnouncement } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { RealtimeService } from '../realtime';
import { type PresenceRecipients, PresenceAudience } from './presence-audience';
import { DEFAULT_PRESENCE_SETTINGS, type VisibleChange, type PresenceSettings } from './presence-view';
import { PresenceRepository } from './presence.repository';

const DELETED_USER_NAME = 'deleted';
/** Most users whose announcements are repeated after an outage of the database; further ones are dropped. */
const MAX_UNANNOUNCED = 10_000;

@Injectable()
export class PresenceAnnouncer implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(PresenceAnnouncer.name);
  private readonly failures = new FailureLog(this.logger);

  /** Users whose announcement failed because the database was unreachable. */
  private readonly unannounced = new Set<string>();
  /** By user, the latest announcement. The next one waits for it, so that announcements stay in order. */
  private readonly latestAnnouncements = new Map<string, Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly presence: Presence,
    private readonly repository: PresenceRepository,
    private readonly audience: PresenceAudience,
    private readonly accounts: AccountsService,
    private readonly realtime: RealtimeService,
    private readonly fanOut: FanOutMeter,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.presence.onOnline((userId, update) => this.enqueue(userId, () => this.announceOnline(userId, update)));
    this.presence.onOffline((userId, _, update) => this.enqueue(userId, () => this.announceOffline(userId, update)));
    this.presence.onUnannounced((userId, update) => this.enqueue(userId, () => this.announceCurrent(userId, update)));
    this.database.onStateChange((state) => {
      if (state === 'ready') this.announceMissed();
    });
  }

  /** Waits for the offline announcements that the stopping membership caused. The database closes afterwards. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.latestAnnouncements.values());
  }

  /** Call it before storing a visible change: if this node dies in between, another node announces the current presence. */
  async prepareAnnouncement(userId: string): Promise<void> {
    await this.presence.beginAnnouncement(userId);
  }

  /** Announces a stored change that is visible to others. */
  async announceChange(userId: string, change: Exclude<VisibleChange, 'nothing'>): Promise<void> {
    // The version is taken after the commit, so that a later change always has a higher version.
    await this.announceCurrent(userId, await this.presence.beginAnnouncement(userId), change);
  }

  private async announceOnline(userId: string, update: PresenceAnnouncement): Promise<void> {
    const [audience, username] = await this.audienceAndName(userId);
    // An invisible user was not visible before either, so that nothing is emitted.
    await this.emitUnlessInvisible(userId, audience, username, update, {
      whenHidden: () => this.acknowledge(userId, update),
    });
  }

  private async announceOffline(userId: string, update: PresenceAnnouncement): Promise<void> {
    const at = this.now();
    // The account always records the time, for the deletion of idle guests. The presence settings record only visible sessions.
    const name = await this.accounts.touchLastSeen(userId, at);
    if (name !== null && !(await this.repository.recordLastSeen(userId, at))) return this.acknowledge(userId, update);
    const audience = await this.audience.recipientsFor(userId);
    const identity = { userId, username: name ?? DELETED_USER_NAME };
    // For a deleted account it is unknown whether the user was invisible, so that a pending online event is not emitted.
    if (name !== null) this.emitPendingOnline(audience, identity, update);
    this.emitOffline(audience, { ...identity, lastSeen: at }, update);
  }

  /** Announces the current presence, whichever announcements came before. Clients receive no duplicates. */
  private async announceCurrent(userId: string, update: PresenceAnnouncement, change?: VisibleChange): Promise<void> {
    const [audience, username] = await this.audienceAndName(userId);
    const [isOnline] = await this.presence.areOnline([userId]);
    if (isOnline !== true) return this.announceOffline(userId, update);
    const whenHidden = ({ lastSeenAt }: PresenceSettings): void => {
      if (change === 'vanished') this.emitPendingOnline(audience, { userId, username }, update);
      this.emitOffline(audience, { userId, username, lastSeen: lastSeenAt ?? this.now() }, update);
    };
    const shouldEmitStatus = change === undefined || change === 'changed';
    await this.emitUnlessInvisible(userId, audience, username, update, { whenHidden, shouldEmitStatus });
  }

  // Reads the settings last and awaits nothing after it, so that a user that just became invisible is not announced.
  private async emitUnlessInvisible(
    userId: string,
    audience: PresenceRecipients,
    username: string,
    update: PresenceAnnouncement,
    options: { whenHidden: (settings: PresenceSettings) => void; shouldEmitStatus?: boolean },
  ): Promise<void> {
    const settings = await this.settingsOf(userId);
    const { status, activity } = settings;
    if (status === 'invisible') return options.whenHidden(settings);
    this.emitOnline(audience, { userId, username }, update);
    if (options.shouldEmitStatus !== true && status === DEFAULT_PRESENCE_SETTINGS.status && activity === null) return;
    const shown = { status, ...(activity === null ? {} : { activity }) };
    const payload = { userId, ...shown, timestamp: this.clock.now() };
    this.emitToAudience(audience, 'player:status_change', payload, update);
  }

  private emitOnline(
    audience: PresenceRecipients,
    identity: { userId: string; username: string },
    update: PresenceAnnouncement,
  ): void {
    this.emitToAudience(audience, 'player:online', { ...identity, timestamp: this.clock.now() }, update, 'online');
  }

  // Uses the version of the online announcement: if a node emitted it and died unacknowledged, clients ignore the repetition.
  private emitPendingOnline(
    audience: PresenceRecipients,
    identity: { userId: string; username: string },
    update: PresenceAnnouncement,
  ): void {
    if (update.pendingOnlineSeq !== undefined)
      this.emitOnline(audience, identity, { ...update, changeSeq: update.pendingOnlineSeq });
  }

  private emitOffline(
    audience: PresenceRecipients,
    { lastSeen, ...identity }: { userId: string; username: string; lastSeen: Date },
    update: PresenceAnnouncement,
  ): void {
    const payload = { ...identity, lastSeen: lastSeen.toISOString(), timestamp: this.clock.now() };
    this.emitToAudience(audience, 'player:offline', payload, update, 'offline');
  }

  private async audienceAndName(userId: string): Promise<[audience: PresenceRecipients, username: string]> {
    const [audience, names] = await Promise.all([this.audience.recipientsFor(userId), this.accounts.namesOf([userId])]);
    return [audience, names.get(userId) ?? DELETED_USER_NAME];
  }

  private emitToAudience<Name extends EventName>(
    { rooms, except }: PresenceRecipients,
    event: Name,
    payload: EventPayload<Name> & { userId: string },
    update: PresenceAnnouncement,
    dedupKey?: 'online' | 'offline',
  ): void {
    const { userId } = payload;
    const { changeSeq, reach } = update;
    this.fanOut.charge(userId, rooms, payload, except.length);
    if (changeSeq === undefined || reach === 'here')
      return this.realtime.emitToRoom(rooms, event, payload, { reach, except });
    const versioned = { key: `presence:${userId}`, version: changeSeq, ...(dedupKey && { dedupKey }) };
    // Not awaited: while the journal is unreachable, later announcements of the user are queued behind this one.
    void this.realtime
      .emitVersioned(rooms, event, payload, versioned, { reach, except })
      .then(() => this.acknowledge(userId, update));
  }

  private acknowledge(userId: string, { changeSeq }: PresenceAnnouncement): void {
    if (changeSeq !== undefined) this.presence.acknowledgeAnnouncement(userId, changeSeq);
  }

  private enqueue(userId: string, work: () => Promise<void>): void {
    const queued = (this.latestAnnouncements.get(userId) ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => {
        if (retryableQueryError(error) && this.unannounced.size < MAX_UNANNOUNCED) this.unannounced.add(userId);
        else this.failures.warn({ message: 'presence announcement failed, not retried by this node', userId, error });
      })
      .finally(() => {
        if (this.latestAnnouncements.get(userId) === queued) this.latestAnnouncements.delete(userId);
      });
    this.latestAnnouncements.set(userId, queued);
  }

  /** Announces the current presence of users whose announcement failed. */
  private announceMissed(): void {
    const userIds = [...this.unannounced];
    this.unannounced.clear();
    for (const userId of userIds)
      this.enqueue(userId, async () => this.announceCurrent(userId, await this.presence.beginAnnouncement(userId)));
  }

  private async settingsOf(userId: string): Promise<PresenceSettings> {
    return (await this.repository.find([userId])).get(userId) ?? DEFAULT_PRESENCE_SETTINGS;
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}
