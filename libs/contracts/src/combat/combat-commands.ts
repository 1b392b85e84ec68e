/** Commands of turn-based fights. */
import { command, typeToken } from '../contract';
import { rate } from '../rate-policy';
import {
  CombatAcceptDto,
  CombatActionDto,
  type CombatActionResult,
  CombatFleeDto,
  CombatHistoryDto,
  CombatSessionDto,
  CombatStartDto,
} from './combat';
import type { CombatHistory } from './combat-history';
import type { CombatView } from './combat-views';

const ACTION_POLICY = rate(20, 60, { burst: 5, fansOut: true });
const START_POLICY = rate(10, 60, { burst: 5, scope: 'cluster', fansOut: true, tightForGuests: true });

/** A user can decline all challenges that may be open at once. */
const DECLINE_POLICY = rate(60, 60, { burst: 30, scope: 'cluster', fansOut: true });

export const combatCommands = [
  /**
   * Starts a fight against a monster near by, or challenges characters to a duel. A monster is at most 12 units away, both on
   * hostile ground.
   * @example {"monsterId": "starting_village:yard_rats:1", "clientSeed": "4cf01d9be27a68350c1f9e7d2b4a6853"}
   * @error NO_CHARACTER without a selected character
   * @error NOT_FOUND for an unknown monster or character
   * @error CONFLICT with `details.reason`, such as `too_far`, `safe_ground`, `monster_fights`, `fights_already` or
   *   `other_commitment`
   */
  command({
    name: 'combat:start',
    payload: CombatStartDto,
    result: typeToken<CombatView>(),
    policy: START_POLICY,
  }),
  /**
   * Accepts a challenge to a duel, which begins when all challenged players have accepted.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "clientSeed": "4cf01d9be27a68350c1f9e7d2b4a6853"}
   * @error NOT_FOUND for a challenge that is not open
   * @error CONFLICT with `details.reason`, such as `fights_already`, `other_fights` or `player_away`
   */
  command({
    name: 'combat:accept',
    payload: CombatAcceptDto,
    result: typeToken<CombatView>(),
    policy: START_POLICY,
  }),
  /**
   * Declines a challenge to a duel, or withdraws the own one.
   * @error NOT_FOUND for a challenge that is not open
   */
  command({
    name: 'combat:decline',
    payload: CombatSessionDto,
    result: typeToken<object>(),
    policy: DECLINE_POLICY,
  }),
  /**
   * Joins a fight against monsters near by, in its first three rounds.
   * @error NO_CHARACTER without a selected character
   * @error NOT_FOUND for an unknown fight
   * @error CONFLICT with `details.reason`, such as `joining_closed`, `too_far`, `side_full` or `fights_already`
   */
  command({
    name: 'combat:join',
    payload: CombatSessionDto,
    result: typeToken<CombatView>(),
    policy: START_POLICY,
  }),
  /**
   * Takes an action in a fight; the same `actionId` is answered by the first result.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "actionId": "77aa51d2-7f0e-4d0c-9a55-0d8b1a2f6c77",
   *   "turn": 1, "type": "attack"}
   * @error NOT_FOUND for an unknown fight, or one in which the caller takes no part
   * @error VALIDATION for an unknown skill, item or target
   * @error CONFLICT with `details.reason` and, out of turn, the current request in `details.request`
   * @http POST /api/combats/{id}/actions
   */
  command({
    name: 'combat:action',
    payload: CombatActionDto,
    result: typeToken<CombatActionResult>(),
    policy: ACTION_POLICY,
  }),
  /**
   * Tries to flee from a fight, in the own turn; from a duel it always succeeds.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "actionId": "77aa51d2-7f0e-4d0c-9a55-0d8b1a2f6c77"}
   * @error NOT_FOUND for an unknown fight, or one in which the caller takes no part
   * @error CONFLICT with `details.reason` and, out of turn, the current request in `details.request`
   */
  command({
    name: 'combat:flee',
    payload: CombatFleeDto,
    result: typeToken<CombatActionResult>(),
    policy: ACTION_POLICY,
  }),
  /**
   * Watches a fight that its starter has made public, as late as the starter has chosen.
   * @error NOT_FOUND for an unknown fight, and for one that has ended or may not be watched
   * @error CONFLICT for a fight in which the caller takes part
   * @error ROOM_FULL at 1,000 spectators
   */
  command({
    name: 'combat:spectate',
    payload: CombatSessionDto,
    result: typeToken<CombatView>(),
    policy: rate(10, 60),
  }),
  /** Stops watching a fight. */
  command({
    name: 'combat:leave_spectate',
    payload: CombatSessionDto,
    result: typeToken<object>(),
  }),
  /**
   * Returns one page of the log of a fight, which verifies it once it has ended: to participants at any time, to others of a
   * public fight once it has ended.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "after": 0}
   * @error NOT_FOUND for an unknown fight, and for one that the caller may not read
   * @http GET /api/combats/{id}/history
   */
  command({
    name: 'combat:history',
    payload: CombatHistoryDto,
    result: typeToken<CombatHistory>(),
  }),
] as const;

export const [
  CombatStart,
  CombatAccept,
  CombatDecline,
  CombatJoin,
  CombatAction,
  CombatFlee,
  CombatSpectate,
  CombatLeaveSpectate,
  CombatHistoryRead,
] = combatCommands;
