/** A user's own presence: how it is chosen, stored and told. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { PresenceStatus, PresenceUpdateDto } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { type Caller, Clock, SystemSync } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { PresenceAnnouncer } from './presence-announcer';
import { DEFAULT_SETTINGS, noticed, type Settings } from './presence-view';
import { PresenceRepository } from './presence.repository';

export interface OwnPresence {
  status: PresenceStatus;
  activity?: string;
}

@Injectable()
export class PresenceService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly repository: PresenceRepository,
    private readonly announcer: PresenceAnnouncer,
    private readonly accounts: AccountsService,
    private readonly sync: SystemSync,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sync.register('presence', async ({ principal }: Caller) => this.own(principal.userId));
    this.accounts.onDelete((userId) => this.repository.forget(userId));
    this.accounts.onExport('presence', (userId) => this.own(userId));
  }

  /** Changes what is named and keeps the rest. Others hear of it once it is stored, and only if they can see a difference. */
  async update({ principal: { userId } }: Caller, wish: PresenceUpdateDto): Promise<OwnPresence> {
    const now = new Date(this.clock.now());
    if (await this.isNoticed(userId, wish)) await this.announcer.promise(userId);
    const { after, what } = await this.database.transaction(async () => {
      const before = await this.repository.lock(userId);
      const wished = applied(before, wish);
      const what = noticed(before, wished);
      const after = what === 'vanished' ? { ...wished, lastSeenAt: now } : wished;
      await this.repository.save(userId, after, now);
      return { after, what };
    });
    if (what !== 'nothing') await this.announcer.announce(userId, what);
    return toOwn(after);
  }

  /** Those of these users whose coming and going nobody may notice. */
  async invisibleAmong(userIds: readonly string[]): Promise<Set<string>> {
    const settings = await this.repository.find(userIds);
    return new Set(userIds.filter((userId) => settings.get(userId)?.status === 'invisible'));
  }

  private async isNoticed(userId: string, wish: PresenceUpdateDto): Promise<boolean> {
    const before = await this.settingsOf(userId);
    return noticed(before, applied(before, wish)) !== 'nothing';
  }

  private async settingsOf(userId: string): Promise<Settings> {
    return (await this.repository.find([userId])).get(userId) ?? DEFAULT_SETTINGS;
  }

  private async own(userId: string): Promise<OwnPresence> {
    return toOwn(await this.settingsOf(userId));
  }
}

const applied = (before: Settings, { status, activity }: PresenceUpdateDto): Settings => ({
  ...before,
  status: status ?? before.status,
  activity: activity === undefined ? before.activity : activity,
});

const toOwn = ({ status, activity }: Settings): OwnPresence => ({ status, ...(activity === null ? {} : { activity }) });
