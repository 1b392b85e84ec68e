/** The payloads of presence: whether users are online, and the status and activity that they have set. */
import { IsIn, IsOptional } from 'class-validator';
import { IsIdList } from '../validation/ids';
import { IsInsteadOf } from '../validation/instead-of';
import { KeepsNull } from '../validation/keeps-null';
import { IsPlayerText } from '../validation/text';
import type { Timestamp, Uuid } from '../wire-formats';

export const PRESENCE_STATUSES = ['online', 'away', 'busy', 'invisible'] as const;
export type PresenceStatus = (typeof PRESENCE_STATUSES)[number];

export class PresenceUpdateDto {
  @IsOptional()
  @IsIn(PRESENCE_STATUSES)
  status?: PresenceStatus;

  /** What the player is doing, in a few words; null clears it. */
  @IsOptional()
  @KeepsNull()
  @IsPlayerText({ max: 80, lines: 1 })
  activity?: string | null;
}

/** @example {"userIds": ["5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"]} */
export class PresenceUsersDto {
  /** The users; give either this or `characterIds`. */
  @IsInsteadOf('characterIds')
  @IsIdList({ min: 1, max: 100 })
  userIds?: string[];

  /** Characters of the users. */
  @IsInsteadOf('userIds')
  @IsIdList({ min: 1, max: 100 })
  characterIds?: string[];
}

/** The presence of a user as others see it; an invisible user appears offline. */
export interface PresenceView {
  userId: Uuid;
  online: boolean;
  status: Exclude<PresenceStatus, 'invisible'> | 'offline';
  /** ISO time of the last disconnection; null for a user who was never online. */
  lastSeen: Timestamp | null;
  characterId?: Uuid;
  zone?: string;
  activity?: string;
}
