/** Changes, stores and announces a user's own presence. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { OwnPresence, PresenceUpdateDto } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { type Caller, Clock, SystemSync } from '@aeturnis/realtime';
import { AccountsService } from '../accounts';
import { PresenceAnnouncer } from './presence-announcer';
import { DEFAULT_PRESENCE_SETTINGS, visibleChange, type PresenceSettings } from './presence-view';
import { PresenceRepository } from './presence.repository';

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
    this.sync.register('presence', async ({ principal }: Caller) => this.ownPresence(principal.userId));
    this.accounts.onDelete((userId) => this.repository.deleteSettings(userId));
    this.accounts.onExport('presence', (userId) => this.ownPresence(userId));
  }

  /** Changes the given fields. Announces the change after the commit, and only if other users can see a difference. */
  async update({ principal: { userId } }: Caller, requested: PresenceUpdateDto): Promise<OwnPresence> {
    const now = new Date(this.clock.now());
    if (await this.isVisibleChange(userId, requested)) await this.announcer.prepareAnnouncement(userId);
    const { after, change } = await this.database.transaction(async () => {
      const before = await this.repository.lockSettings(userId);
      const updated = applyUpdate(before, requested);
      const visible = visibleChange(before, updated);
      const after = visible === 'vanished' ? { ...updated, lastSeenAt: now } : updated;
      await this.repository.save(userId, after, now);
      return { after, change: visible };
    });
    if (change !== 'nothing') await this.announcer.announceChange(userId, change);
    return toOwnPresence(after);
  }

  /** The users among these that are invisible to others. */
  async invisibleAmong(userIds: readonly string[]): Promise<Set<string>> {
    const settings = await this.repository.find(userIds);
    return new Set(userIds.filter((userId) => settings.get(userId)?.status === 'invisible'));
  }

  private async isVisibleChange(userId: string, requested: PresenceUpdateDto): Promise<boolean> {
    const before = await this.settingsOf(userId);
    return visibleChange(before, applyUpdate(before, requested)) !== 'nothing';
  }

  private async settingsOf(userId: string): Promise<PresenceSettings> {
    return (await this.repository.find([userId])).get(userId) ?? DEFAULT_PRESENCE_SETTINGS;
  }

  private async ownPresence(userId: string): Promise<OwnPresence> {
    return toOwnPresence(await this.settingsOf(userId));
  }
}

const applyUpdate = (before: PresenceSettings, { status, activity }: PresenceUpdateDto): PresenceSettings => ({
  ...before,
  status: status ?? before.status,
  activity: activity === undefined ? before.activity : activity,
});

const toOwnPresence = ({ status, activity }: PresenceSettings): OwnPresence => ({
  status,
  ...(activity === null ? {} : { activity }),
});
