/** Pure functions for what others see of a user, so that `invisible` means the same everywhere. */
import type { PresenceStatus, PresenceView } from '@aeturnis/contracts';

/** The stored settings of a user, and when others last saw the user go offline. */
export interface PresenceSettings {
  readonly status: PresenceStatus;
  readonly activity: string | null;
  readonly lastSeenAt: Date | null;
}

export const DEFAULT_PRESENCE_SETTINGS: PresenceSettings = { status: 'online', activity: null, lastSeenAt: null };

/** Everything that the server knows of a user's presence. */
interface KnownPresence {
  readonly userId: string;
  readonly isOnline: boolean;
  readonly settings: PresenceSettings;
  /** The character and the zone, if the user is playing. */
  readonly attributes: Readonly<Record<string, string>>;
}

export function toPresenceView({ userId, isOnline, settings, attributes }: KnownPresence): PresenceView {
  const { status, activity } = settings;
  const lastSeen = settings.lastSeenAt?.toISOString() ?? null;
  if (!isOnline || status === 'invisible') return { userId, online: false, status: 'offline', lastSeen };
  const { characterId, zone } = attributes;
  return {
    userId,
    online: true,
    status,
    lastSeen,
    ...(characterId === undefined ? {} : { characterId }),
    ...(zone === undefined ? {} : { zone }),
    ...(activity === null ? {} : { activity }),
  };
}

/** `lastSeen` as a blocked user sees it: never later than the block, so that a block looks like going offline. */
export function lastSeenForBlocked({ isOnline, settings }: KnownPresence, blockedAt: Date): Date | null {
  const { lastSeenAt, status } = settings;
  if (isOnline && status !== 'invisible') return blockedAt;
  return lastSeenAt !== null && lastSeenAt > blockedAt ? blockedAt : lastSeenAt;
}

/** What others notice when an online user changes the settings. */
export type VisibleChange = 'nothing' | 'appeared' | 'vanished' | 'changed';

export function visibleChange(before: PresenceSettings, after: PresenceSettings): VisibleChange {
  const wasHidden = before.status === 'invisible';
  const isHidden = after.status === 'invisible';
  if (wasHidden && isHidden) return 'nothing';
  if (isHidden) return 'vanished';
  if (wasHidden) return 'appeared';
  return before.status === after.status && before.activity === after.activity ? 'nothing' : 'changed';
}
