/** Gathers what is known of users into what a viewer may see of them. */
import { Injectable } from '@nestjs/common';
import type { PresenceView } from '@aeturnis/contracts';
import { Presence } from '@aeturnis/realtime';
import { PresenceAudience } from './presence-audience';
import { DEFAULT_SETTINGS, lastSeenByBlocked, viewOf } from './presence-view';
import { PresenceRepository } from './presence.repository';

@Injectable()
export class PresenceViews {
  constructor(
    private readonly presence: Presence,
    private readonly repository: PresenceRepository,
    private readonly audience: PresenceAudience,
  ) {}

  /**
   * In the order asked. An unknown user, or one that the viewer has blocked, is offline and was never seen; a user who has
   * blocked the viewer looks as if it went offline at that time.
   */
  async of(viewerId: string, userIds: readonly string[]): Promise<PresenceView[]> {
    const [online, attributes, settings, { blocking, blockedBy }] = await Promise.all([
      this.presence.areOnline(userIds),
      this.presence.attributes(userIds),
      this.repository.find(userIds),
      this.audience.hiddenFrom(viewerId),
    ]);
    return userIds.map((userId, index) => {
      const sighting = {
        userId,
        online: online[index] ?? false,
        settings: settings.get(userId) ?? DEFAULT_SETTINGS,
        attributes: attributes[index] ?? {},
      };
      const blockedAt = blockedBy.get(userId);
      if (!blocking.has(userId) && !blockedAt) return viewOf(sighting);
      const lastSeenAt = blocking.has(userId) || !blockedAt ? null : lastSeenByBlocked(sighting, blockedAt);
      return viewOf({ ...sighting, online: false, settings: { ...DEFAULT_SETTINGS, lastSeenAt } });
    });
  }
}
