/** What others see of a user: pure rules, so that invisible means the same everywhere. */
import type { PresenceStatus, PresenceView } from '@aeturnis/contracts';

/** What a user chose to show, and when others last saw the user leave. */
export interface Settings {
  readonly status: PresenceStatus;
  readonly activity: string | null;
  readonly lastSeenAt: Date | null;
}

export const DEFAULT_SETTINGS: Settings = { status: 'online', activity: null, lastSeenAt: null };

/** All that is known of a user right now. */
export interface Sighting {
  readonly userId: string;
  readonly online: boolean;
  readonly settings: Settings;
  /** Where the user plays, if so. */
  readonly attributes: Readonly<Record<string, string>>;
}

export function viewOf({ userId, online, settings, attributes }: Sighting): PresenceView {
  const { status, activity } = settings;
  const lastSeen = settings.lastSeenAt?.toISOString() ?? null;
  if (!online || status === 'invisible') return { userId, online: false, status: 'offline', lastSeen };
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
export function lastSeenByBlocked({ online, settings }: Sighting, blockedAt: Date): Date | null {
  const { lastSeenAt, status } = settings;
  if (online && status !== 'invisible') return blockedAt;
  return lastSeenAt !== null && lastSeenAt > blockedAt ? blockedAt : lastSeenAt;
}

/** What others notice when an online user changes the settings. */
export type Noticed = 'nothing' | 'appeared' | 'vanished' | 'changed';

export function noticed(before: Settings, after: Settings): Noticed {
  const hidden = before.status === 'invisible';
  const hides = after.status === 'invisible';
  if (hidden && hides) return 'nothing';
  if (hides) return 'vanished';
  if (hidden) return 'appeared';
  return before.status === after.status && before.activity === after.activity ? 'nothing' : 'changed';
}
