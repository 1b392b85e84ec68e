/**
 * Tells those who care when a user comes, goes or changes, and nobody of a user who is invisible. What is told of a user
 * by several nodes arrives in order, and is told by another one where a node dies over it.
 */
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { EventName, EventPayload } from '@aeturnis/contracts';
import { Database, databaseError, FailureLog } from '@aeturnis/platform';
import { Clock, FanOut, Presence, type PresenceNews, RealtimeService } from '@aeturnis/realtime';
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
  private readonly failures = new FailureLog(this.logger);

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
    private readonly fanOut: FanOut,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.presence.onOnline((userId, news) => this.inBackground(userId, () => this.cameOnline(userId, news)));
    this.presence.onOffline((userId, _, news) => this.inBackground(userId, () => this.wentOffline(userId, news)));
    this.presence.onUntold((userId, news) => this.inBackground(userId, () => this.tellNow(userId, news)));
    this.database.onStateChange((state) => {
      if (state === 'ready') this.makeUp();
    });
  }

  /** The end of the membership has told who left by then, and the database closes afterwards: here their going is stored. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /** Before a change is stored that others notice: should this node die over it, another one tells how things are. */
  async promise(userId: string): Promise<void> {
    await this.presence.news(userId);
  }

  /** Tells what others notice of a change that is stored. */
  async announce(userId: string, what: Exclude<Noticed, 'nothing'>): Promise<void> {
    // Taken after what it is about: whoever stores something later has the later turn.
    await this.tellNow(userId, await this.presence.news(userId), what);
  }

  private async cameOnline(userId: string, news: PresenceNews): Promise<void> {
    const [audience, username] = await this.toTell(userId);
    // Who comes hidden was not seen before: not a word, be it that nobody came.
    await this.tellSeen(userId, audience, username, news, { whenHidden: () => this.settle(userId, news) });
  }

  private async wentOffline(userId: string, news: PresenceNews): Promise<void> {
    const at = this.now();
    // The account keeps the truth, by which idle guests are deleted; others are told only what they may know.
    const name = await this.accounts.touchLastSeen(userId, at);
    if (name !== null && !(await this.repository.noteLeft(userId, at))) return this.settle(userId, news);
    const audience = await this.audience.of(userId);
    const who = { userId, username: name ?? DELETED_NAME };
    // Of an account that is deleted it is not known any more whether it came hidden.
    if (name !== null) this.tellCameFirst(audience, who, news);
    this.tellGone(audience, { ...who, lastSeen: at }, news);
  }

  /** Whatever was told before or was not: how things are now is right, and what is known already is not told again. */
  private async tellNow(userId: string, news: PresenceNews, what?: Noticed): Promise<void> {
    const [audience, username] = await this.toTell(userId);
    const [online] = await this.presence.areOnline([userId]);
    if (online !== true) return this.wentOffline(userId, news);
    const whenHidden = ({ lastSeenAt }: Settings): void => {
      if (what === 'vanished') this.tellCameFirst(audience, { userId, username }, news);
      this.tellGone(audience, { userId, username, lastSeen: lastSeenAt ?? this.now() }, news);
    };
    const status = what === undefined || what === 'changed';
    await this.tellSeen(userId, audience, username, news, { whenHidden, status });
  }

  // The settings are read last and nothing is awaited after it, so that one who hides meanwhile is not told of.
  private async tellSeen(
    userId: string,
    audience: Audience,
    username: string,
    news: PresenceNews,
    how: { whenHidden: (settings: Settings) => void; status?: boolean },
  ): Promise<void> {
    const settings = await this.settingsOf(userId);
    const { status, activity } = settings;
    if (status === 'invisible') return how.whenHidden(settings);
    this.tellCame(audience, { userId, username }, news);
    if (how.status !== true && status === DEFAULT_SETTINGS.status && activity === null) return;
    const shown = { status, ...(activity === null ? {} : { activity }) };
    this.tell(audience, 'player:status_change', { userId, ...shown, timestamp: this.clock.now() }, news);
  }

  private tellCame(audience: Audience, who: { userId: string; username: string }, news: PresenceNews): void {
    this.tell(audience, 'player:online', { ...who, timestamp: this.clock.now() }, news, 'online');
  }

  // In its own turn: where it was told after all, by somebody who could not say so any more, nobody hears it again.
  private tellCameFirst(audience: Audience, who: { userId: string; username: string }, news: PresenceNews): void {
    if (news.came !== undefined) this.tellCame(audience, who, { ...news, turn: news.came });
  }

  private tellGone(
    audience: Audience,
    { lastSeen, ...who }: { userId: string; username: string; lastSeen: Date },
    news: PresenceNews,
  ): void {
    const gone = { ...who, lastSeen: lastSeen.toISOString(), timestamp: this.clock.now() };
    this.tell(audience, 'player:offline', gone, news, 'offline');
  }

  private async toTell(userId: string): Promise<[audience: Audience, username: string]> {
    const [audience, names] = await Promise.all([this.audience.of(userId), this.accounts.namesOf([userId])]);
    return [audience, names.get(userId) ?? DELETED_NAME];
  }

  private tell<Name extends EventName>(
    { rooms, except }: Audience,
    event: Name,
    payload: EventPayload<Name> & { userId: string },
    news: PresenceNews,
    says?: 'online' | 'offline',
  ): void {
    const { userId } = payload;
    const { turn, reach } = news;
    this.fanOut.charge(userId, rooms, payload, except.length);
    if (turn === undefined || reach === 'here')
      return this.realtime.emitToRoom(rooms, event, payload, { reach, except });
    const versioned = { key: `presence:${userId}`, version: turn, ...(says && { dedupKey: says }) };
    // Not awaited: while the journal is away, what else is to be told of the user waits in it as well.
    void this.realtime
      .emitVersioned(rooms, event, payload, versioned, { reach, except })
      .then(() => this.settle(userId, news));
  }

  private settle(userId: string, { turn }: PresenceNews): void {
    if (turn !== undefined) this.presence.told(userId, turn);
  }

  private inBackground(userId: string, work: () => Promise<void>): void {
    const settled = (this.underWay.get(userId) ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => {
        if (databaseError(error) && this.untold.size < MAX_UNTOLD) this.untold.add(userId);
        else this.failures.warn({ message: 'presence could not be announced', userId, error });
      })
      .finally(() => {
        if (this.underWay.get(userId) === settled) this.underWay.delete(userId);
      });
    this.underWay.set(userId, settled);
  }

  /** Tells how those are now of whom nobody was told. */
  private makeUp(): void {
    const userIds = [...this.untold];
    this.untold.clear();
    for (const userId of userIds)
      this.inBackground(userId, async () => this.tellNow(userId, await this.presence.news(userId)));
  }

  private async settingsOf(userId: string): Promise<Settings> {
    return (await this.repository.find([userId])).get(userId) ?? DEFAULT_SETTINGS;
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}
