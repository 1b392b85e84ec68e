/** Presence: whether users are online, and the status and activity that they have set. */
import { IsIn, IsOptional } from 'class-validator';
import { command, event, typeToken } from './contract';
import { IsIdList } from './validation/ids';
import { IsInsteadOf } from './validation/instead-of';
import { KeepsNull } from './validation/keeps-null';
import { rate } from './rate-policy';
import { IsPlayerText } from './validation/text';

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
  userId: string;
  online: boolean;
  status: Exclude<PresenceStatus, 'invisible'> | 'offline';
  /** ISO time of the last disconnection; null for a user who was never online. */
  lastSeen: string | null;
  characterId?: string;
  zone?: string;
  activity?: string;
}

export const presenceCommands = [
  command({
    name: 'presence:update',
    summary: "Sets the caller's status and activity; a property that is left out keeps its value.",
    payload: PresenceUpdateDto,
    result: typeToken<{ status: PresenceStatus; activity?: string }>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  command({
    name: 'presence:get',
    summary: 'Returns the presence of up to 100 users, in the order of the request.',
    payload: PresenceUsersDto,
    result: typeToken<{ users: PresenceView[] }>(),
  }),
  command({
    name: 'presence:subscribe',
    summary: 'Subscribes to the presence of users until the connection ends; answers their current presence.',
    payload: PresenceUsersDto,
    result: typeToken<{ users: PresenceView[] }>(),
  }),
  command({
    name: 'presence:unsubscribe',
    summary: 'Ends subscriptions to the presence of users.',
    payload: PresenceUsersDto,
    result: typeToken<object>(),
  }),
] as const;

export const [PresenceUpdate, PresenceGet, PresenceSubscribe, PresenceUnsubscribe] = presenceCommands;

export const presenceEvents = [
  event('player:online', 'recoverable', typeToken<{ userId: string; username: string; timestamp: number }>()),
  event(
    'player:offline',
    'recoverable',
    typeToken<{ userId: string; username: string; lastSeen: string; timestamp: number }>(),
  ),
  event(
    'player:status_change',
    'recoverable',
    typeToken<{ userId: string; status: PresenceView['status']; activity?: string; timestamp: number }>(),
  ),
] as const;
