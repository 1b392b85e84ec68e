/** Presence: who is here, and in what mood. */
import { IsIn, IsOptional } from 'class-validator';
import { command, event, returns } from './contract';
import { IsIdList } from './ids';
import { IsInsteadOf } from './instead-of';
import { KeepsNull } from './keeps-null';
import { rate } from './rate-policy';
import { IsPlayerText } from './text';

export const PRESENCE_STATUSES = ['online', 'away', 'busy', 'invisible'] as const;
export type PresenceStatus = (typeof PRESENCE_STATUSES)[number];

export class PresenceUpdateDto {
  @IsOptional()
  @IsIn(PRESENCE_STATUSES)
  status?: PresenceStatus;

  /** What the player is doing, in a few words; null takes it away. */
  @IsOptional()
  @KeepsNull()
  @IsPlayerText({ max: 80, lines: 1 })
  activity?: string | null;
}

export class PresenceUsersDto {
  /** The users: this or `characterIds`. */
  @IsInsteadOf('characterIds')
  @IsIdList({ min: 1, max: 100 })
  userIds?: string[];

  /** Characters of the users. */
  @IsInsteadOf('userIds')
  @IsIdList({ min: 1, max: 100 })
  characterIds?: string[];
}

/** A user as others may see them: an invisible one looks offline. */
export interface PresenceView {
  userId: string;
  online: boolean;
  status: Exclude<PresenceStatus, 'invisible'> | 'offline';
  /** ISO time of the last disconnection; null for someone never seen. */
  lastSeen: string | null;
  characterId?: string;
  zone?: string;
  activity?: string;
}

export const presenceCommands = [
  command({
    name: 'presence:update',
    summary: 'Sets the own status and activity; what is not named stays.',
    payload: PresenceUpdateDto,
    result: returns<{ status: PresenceStatus; activity?: string }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  command({
    name: 'presence:get',
    summary: 'Tells the presence of up to 100 users, in the order asked.',
    payload: PresenceUsersDto,
    result: returns<{ users: PresenceView[] }>(),
  }),
  command({
    name: 'presence:subscribe',
    summary: 'Follows the presence of users until the connection ends; answers how they are now.',
    payload: PresenceUsersDto,
    result: returns<{ users: PresenceView[] }>(),
  }),
  command({
    name: 'presence:unsubscribe',
    summary: 'Ends following users.',
    payload: PresenceUsersDto,
    result: returns<object>(),
  }),
] as const;

export const [PresenceUpdate, PresenceGet, PresenceSubscribe, PresenceUnsubscribe] = presenceCommands;

export const presenceEvents = [
  event('player:online', 'recoverable', returns<{ userId: string; username: string; timestamp: number }>()),
  event(
    'player:offline',
    'recoverable',
    returns<{ userId: string; username: string; lastSeen: string; timestamp: number }>(),
  ),
  event(
    'player:status_change',
    'recoverable',
    returns<{ userId: string; status: PresenceView['status']; activity?: string; timestamp: number }>(),
  ),
] as const;
