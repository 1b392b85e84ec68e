/** Builds the presence views of users that a viewer may see. */
import { Injectable } from '@nestjs/common';
import type { PresenceView } from '@aeturnis/contracts';
import { Presence } from '@aeturnis/realtime';
import { PresenceAudience } from './presence-audience';
import { DEFAULT_PRESENCE_SETTINGS, lastSeenForBlocked, toPresenceView } from './presence-view';
import { PresenceRepository } from './presence.repository';

@Injectable()
export class PresenceViews {
  constructor(
    private readonly presence: Presence,
    private readonly repository: PresenceRepository,
    private readonly audience: PresenceAudience,
  ) {}

  /**
   * Returns the views in the order of `userIds`. An unknown user, or one that the viewer blocks, is offline and was never
   * seen. A user that blocks the viewer looks as if it went offline when the block was made.
   */
  async viewsFor(viewerId: string, userIds: readonly string[]): Promise<PresenceView[]> {
    const [onlineFlags, attributes, settings, { blocking, blockedBy }] = await Promise.all([
      this.presence.areOnline(userIds),
      this.presence.attributes(userIds),
      this.repository.find(userIds),
      this.audience.blockRelationsOf(viewerId),
    ]);
    return userIds.map((userId, index) => {
      const known = {
        userId,
        isOnline: onlineFlags[index] ?? false,
        settings: settings.get(userId) ?? DEFAULT_PRESENCE_SETTINGS,
        attributes: attributes[index] ?? {},
      };
      const blockedAt = blockedBy.get(userId);
      if (!blocking.has(userId) && !blockedAt) return toPresenceView(known);
      const lastSeenAt = blocking.has(userId) || !blockedAt ? null : lastSeenForBlocked(known, blockedAt);
      return toPresenceView({ ...known, isOnline: false, settings: { ...DEFAULT_PRESENCE_SETTINGS, lastSeenAt } });
    });
  }
}
