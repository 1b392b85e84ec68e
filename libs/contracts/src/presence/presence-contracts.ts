/** Commands and events of presence. */
import { command, event, typeToken } from '../contract';
import { rate } from '../rate-policy';
import type { OwnPresence } from '../system/system-sync';
import { PresenceUpdateDto, PresenceUsersDto, type PresenceView } from './presence';
import type { Timestamp, Uuid } from '../wire-formats';

/**
 * @example {"users": [{"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "online": true, "status": "busy",
 *   "lastSeen": "2030-05-16T21:30:00.000Z", "characterId": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22",
 *   "zone": "starting_village", "activity": "Looking for a duel"}]}
 */
export interface PresenceList {
  users: PresenceView[];
}

export const presenceCommands = [
  /**
   * Sets the caller's status and activity; a property that is left out keeps its value.
   * @example {"status": "busy", "activity": "Looking for a duel"}
   * @result {"status": "busy", "activity": "Looking for a duel"}
   */
  command({
    name: 'presence:update',
    payload: PresenceUpdateDto,
    result: typeToken<OwnPresence>(),
    policy: rate(60, 60, { burst: 30, fansOut: true, tightForGuests: true }),
  }),
  /**
   * Returns the presence of up to 100 users, in the order of the request. An unknown user is offline and was never seen.
   * @error NOT_FOUND for an unknown character
   */
  command({
    name: 'presence:get',
    payload: PresenceUsersDto,
    result: typeToken<PresenceList>(),
  }),
  /**
   * Subscribes to the presence of users until the connection ends; answers their current presence.
   * @error NOT_FOUND for an unknown character
   * @error VALIDATION if the connection would follow more than 500 users; it then follows none of the given ones
   */
  command({
    name: 'presence:subscribe',
    payload: PresenceUsersDto,
    result: typeToken<PresenceList>(),
  }),
  /**
   * Ends subscriptions to the presence of users.
   * @error NOT_FOUND for an unknown character
   */
  command({
    name: 'presence:unsubscribe',
    payload: PresenceUsersDto,
    result: typeToken<object>(),
  }),
] as const;

export const [PresenceUpdate, PresenceGet, PresenceSubscribe, PresenceUnsubscribe] = presenceCommands;

export const presenceEvents = [
  /**
   * A user is online now, or is no longer invisible.
   * @example {"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "username": "Ben", "timestamp": 1905249600000}
   * @receivers The connections that follow the user by `presence:subscribe`, unless there is a block between both users.
   */
  event('player:online', 'recoverable', typeToken<{ userId: Uuid; username: string; timestamp: number }>()),
  /**
   * A user is offline now, or has become invisible, which looks the same.
   * @example {"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "username": "Ben",
   *   "lastSeen": "2030-05-17T12:00:00.000Z", "timestamp": 1905249600000}
   * @receivers The connections that follow the user by `presence:subscribe`, unless there is a block between both users.
   */
  event(
    'player:offline',
    'recoverable',
    typeToken<{ userId: Uuid; username: string; lastSeen: Timestamp; timestamp: number }>(),
  ),
  /**
   * A user has another status or activity; also sent after `player:online` if they are not the default.
   * @example {"userId": "5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31", "status": "away", "timestamp": 1905249600000}
   * @receivers The connections that follow the user by `presence:subscribe`, unless there is a block between both users.
   */
  event(
    'player:status_change',
    'recoverable',
    typeToken<{ userId: Uuid; status: PresenceView['status']; activity?: string; timestamp: number }>(),
  ),
] as const;
