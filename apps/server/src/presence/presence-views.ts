/** Gathers what is known of users into what a viewer may see of them. */
import { Injectable } from '@nestjs/common';
import type { PresenceView } from '@aeturnis/contracts';
import { Presence } from '@aeturnis/realtime';
import { PresenceAudience } from './presence-audience';
import { DEFAULT_SETTINGS, viewOf } from './presence-view';
import { PresenceRepository } from './presence.repository';

@Injectable()
export class PresenceViews {
  constructor(
    private readonly presence: Presence,
    private readonly repository: PresenceRepository,
    private readonly audience: PresenceAudience,
  ) {}

  /** In the order asked. Someone unknown or hidden from the viewer is offline and was never seen. */
  async of(viewerId: string, userIds: readonly string[]): Promise<PresenceView[]> {
    const [online, attributes, settings, visible] = await Promise.all([
      this.presence.areOnline(userIds),
      this.presence.attributes(userIds),
      this.repository.find(userIds),
      this.audience.visibleTo(viewerId, userIds),
    ]);
    return userIds.map((userId, index) => {
      const seen = visible.has(userId);
      return viewOf({
        userId,
        online: seen && (online[index] ?? false),
        settings: (seen ? settings.get(userId) : undefined) ?? DEFAULT_SETTINGS,
        attributes: attributes[index] ?? {},
      });
    });
  }
}
