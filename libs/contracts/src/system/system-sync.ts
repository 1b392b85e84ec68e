/** The state that a client gets after connecting: one part per domain. */
import type { WhoMayAdd } from '../account-settings';
import type { CombatInvitation, CombatView } from '../combat/combat-views';
import type { ConversationSummary } from '../conversations/conversation-views';
import type { NotificationView } from '../notifications/notifications';
import type { PresenceStatus } from '../presence/presence';
import type { CharacterView } from '../world/world';
import type { Timestamp, Uuid } from '../wire-formats';

/** The own account, as only its user sees it. */
export interface OwnProfile {
  id: Uuid;
  /** The name that other users see. */
  displayName: string;
  /** The name for logging in; absent for guests and for accounts of an outside issuer. */
  login?: string;
  roles: readonly string[];
  isGuest: boolean;
  /** Who may add the user to groups. */
  whoMayAdd: WhoMayAdd;
  /** Absent if none was given. */
  email?: string;
  createdAt: Timestamp;
}

/** The status and activity that the user has set. */
export interface OwnPresence {
  status: PresenceStatus;
  activity?: string;
}

/** What a user has to do with fights at the moment. */
export interface CombatOverview {
  /** The fight in which the user takes part; null if there is none. */
  readonly current: CombatView | null;
  readonly challenges: readonly CombatInvitation[];
  /** To the server's seed of the next fight that the user starts. */
  readonly commitment: string;
}

/** The parts by name. An interface, so that a game can add its own parts by declaration merging. */
export interface SystemSyncParts {
  profile: OwnProfile;
  /** All characters of the user, the oldest first. */
  characters: CharacterView[];
  /** The zone in which the user played last; null if there is none. */
  zone: string | null;
  /** The conversations with the newest messages, at most 100; `GET /api/conversations` lists all. */
  conversations: ConversationSummary[];
  /** The newest unread notifications, at most 50. */
  notifications: NotificationView[];
  presence: OwnPresence;
  combat: CombatOverview;
}

/**
 * A part that could not be read is absent and listed in `unavailable`.
 * @example {
 *   "profile": {"id": "0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11", "displayName": "Anna", "login": "anna_k", "roles": ["player"],
 *     "isGuest": false, "whoMayAdd": "everyone", "createdAt": "2030-05-01T09:00:00.000Z"},
 *   "characters": [{"id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "name": "Aldara", "class": "ranger", "level": 3,
 *     "experience": 420, "zone": "starting_village", "x": 100, "y": 100,
 *     "stats": {"health": 95, "maxHealth": 95, "attack": 14, "defense": 7}}],
 *   "zone": "starting_village",
 *   "conversations": [],
 *   "notifications": [],
 *   "presence": {"status": "online"},
 *   "combat": {"current": null, "challenges": [],
 *     "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
 * }
 */
export interface SystemSyncState extends Partial<SystemSyncParts> {
  unavailable?: string[];
}
