/** Tells those who care when a user comes, goes or changes, and nobody of a user who is invisible. */
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { EventName, EventPayload, PresenceView } from '@aeturnis/contracts';
import { Database, databaseError } from '@aeturnis/platform';
import { Clock, Presence, type Reach, RealtimeService } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { type Audience, PresenceAudience } from './presence-audience';
import { DEFAULT_SETTINGS, type Noticed, type Settings } from './presence-view';
import { PresenceRepository } from './presence.repository';

const DELETED_NAME = 'deleted';
/** Past so many, those who came and went during an outage of the database are not told of afterwards. */
const MAX_UNTOLD = 10_000;

@Injectable()
export class PresenceAnnouncer implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(PresenceAnnouncer.name);

  /** Users of whose coming or going nobody could be told, because the database was away. */
  private readonly untold = new Set<string>();
  /** By user, the latest announcement: one follows the other, or a coming could be overtaken by the going before it. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly presence: Presence,
    private readonly repository: PresenceRepository,
    private readonly audience: PresenceAudience,
    private readonly accounts: AccountsService,
    private readonly realtime: RealtimeService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.presence.onOnline((userId, reach) => this.inBackground(userId, () => this.cameOnline(userId, reach)));
    this.presence.onOffline((userId, _, reach) => this.inBackground(userId, () => this.wentOffline(userId, reach)));
    this.database.onStateChange((state) => {
      if (state === 'ready') void this.makeUp();
    });
  }

  /** The end of the membership has told who left by then, and the database closes afterwards: here their going is stored. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /** Tells what others notice of a change that is stored. */
  async announce(userId: string, what: Noticed, settings: Settings): Promise<void> {
    if (what === 'appeared') await this.appeared(userId, async () => settings);
    else if (what === 'vanished') await this.vanished(userId, settings.lastSeenAt ?? this.now());
    else if (what === 'changed') await this.changed(userId, settings);
  }

  private cameOnline(userId: string, reach?: Reach): Promise<void> {
    const look = async (): Promise<Settings> => (await this.repository.find([userId])).get(userId) ?? DEFAULT_SETTINGS;
    return this.appeared(userId, look, reach);
  }

  private async wentOffline(userId: string, reach?: Reach): Promise<void> {
    const at = this.now();
    const deleted = !(await this.accounts.namesOf([userId])).has(userId);
    // The account keeps the truth, by which idle guests are deleted; others are told only what they may know.
    if (!deleted) await this.accounts.touchLastSeen(userId, at);
    if (deleted || (await this.repository.noteLeft(userId, at))) await this.vanished(userId, at, reach);
  }

  // The settings are read last and nothing is awaited after it, so that one who hides meanwhile is not told of.
  private async appeared(userId: string, look: () => Promise<Settings>, reach?: Reach): Promise<void> {
    const [audience, username] = await this.toTell(userId);
    const settings = await look();
    if (settings.status === 'invisible') return;
    const timestamp = this.clock.now();
    this.tell(audience, 'player:online', { userId, username, timestamp }, reach);
    if (settings.status !== DEFAULT_SETTINGS.status || settings.activity !== null) {
      this.tell(audience, 'player:status_change', { userId, ...shown(settings), timestamp }, reach);
    }
  }

  private async vanished(userId: string, lastSeen: Date, reach?: Reach): Promise<void> {
    const [audience, username] = await this.toTell(userId);
    const timestamp = this.clock.now();
    this.tell(audience, 'player:offline', { userId, username, lastSeen: lastSeen.toISOString(), timestamp }, reach);
  }

  private async changed(userId: string, settings: Settings): Promise<void> {
    const audience = await this.audience.of(userId);
    this.tell(audience, 'player:status_change', { userId, ...shown(settings), timestamp: this.clock.now() });
  }

  private async toTell(userId: string): Promise<[audience: Audience, username: string]> {
    const [audience, names] = await Promise.all([this.audience.of(userId), this.accounts.namesOf([userId])]);
    return [audience, names.get(userId) ?? DELETED_NAME];
  }

  private tell<Name extends EventName>(
    { rooms, except }: Audience,
    event: Name,
    payload: EventPayload<Name>,
    reach?: Reach,
  ): void {
    this.realtime.emitToRoom(rooms, event, payload, { reach, except });
  }

  private inBackground(userId: string, work: () => Promise<void>): void {
    const settled = (this.underWay.get(userId) ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => {
        if (databaseError(error) && this.untold.size < MAX_UNTOLD) this.untold.add(userId);
        else this.logger.warn({ message: 'presence could not be announced', userId, error });
      })
      .finally(() => {
        if (this.underWay.get(userId) === settled) this.underWay.delete(userId);
      });
    this.underWay.set(userId, settled);
  }

  /** Tells how those are now of whom nobody was told. */
  private async makeUp(): Promise<void> {
    const userIds = [...this.untold];
    this.untold.clear();
    const online = await this.presence.areOnline(userIds);
    userIds.forEach((userId, index) => {
      this.inBackground(userId, () => (online[index] === true ? this.cameOnline(userId) : this.wentOffline(userId)));
    });
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

// Nobody is told of an invisible user; were it to happen, this would still say nothing.
function shown({ status, activity }: Settings): Pick<PresenceView, 'status' | 'activity'> {
  if (status === 'invisible') return { status: 'offline' };
  return { status, ...(activity === null ? {} : { activity }) };
}
