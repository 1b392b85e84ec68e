/** Events of turn-based fights. */
import { event, typeToken } from '../contract';
import type { CombatActionResult } from './combat';
import type { CombatLeaveReason, CombatParticipant } from './combat-entries';
import type { CombatEnd, CombatInvitation, CombatTurnRequest, CombatView, StartedCombat } from './combat-views';
import type { Uuid } from '../wire-formats';

export const combatEvents = [
  /**
   * A character of the user was challenged to a duel.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11",
   *   "challenger": {"characterId": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22", "name": "Brakk", "level": 2},
   *   "invited": [{"characterId": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22", "name": "Brakk", "level": 2, "accepted": true},
   *     {"characterId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "name": "Aldara", "level": 3, "accepted": false}],
   *   "spectators": "public", "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
   *   "expiresAt": 1905249660000}
   * @receivers All connections of each challenged user, unless there is a block between that user and the challenger.
   */
  event('combat:invited', 'recoverable', typeToken<CombatInvitation>()),
  /**
   * A challenge will not become a fight.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "reason": "declined"}
   * @receivers All connections of the players of the challenge, except those who never learned of it because of a block.
   */
  event(
    'combat:cancelled',
    'recoverable',
    typeToken<{ sessionId: Uuid; reason: 'declined' | 'withdrawn' | 'expired' }>(),
  ),
  /**
   * A fight has begun.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "mode": "duel", "phase": "active",
   *   "spectators": "public", "delayTurns": 0,
   *   "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "rulesVersion": 1,
   *   "dataHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "invited": [],
   *   "state": {"rulesVersion": 1, "mode": "duel", "turn": 1, "isTurnOpen": true, "inputs": 0, "round": 1,
   *     "queue": ["3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11"], "seq": 2, "outcome": null,
   *     "participants": [{"id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "side": 0, "name": "Aldara", "level": 1,
   *       "kind": "ranger", "isMonster": false, "maxHealth": 95, "attack": 140, "defense": 70, "speed": 12, "critical": 16,
   *       "skills": ["aimed_shot"], "health": 95, "energy": 75, "status": "fighting", "isDefending": false,
   *       "missedTurns": 0, "cooldowns": {}, "effects": [], "bag": {"healing_potion": 2}}]}}
   * @receivers All connections of each player, with that player's own bag in the state.
   */
  event('combat:started', 'recoverable', typeToken<StartedCombat>()),
  /**
   * The fight of a connection that was recovered, as it is now.
   * @receivers The recovered connection.
   */
  event('combat:state', 'reply', typeToken<CombatView>()),
  /**
   * A participant has to choose an action. The request may be repeated.
   * @receivers All connections of the players of the fight; only those of the player whose turn it is get the legal actions.
   */
  event('combat:turn', 'recoverable', typeToken<CombatTurnRequest>()),
  /**
   * An action and what it has led to, with the turns of monsters that follow it.
   * @receivers All connections of the players of the fight, each with its own private halves, and the spectators, as late as
   *   the starter has chosen.
   */
  event('combat:action_result', 'recoverable', typeToken<CombatActionResult>()),
  /**
   * A player has joined the fight.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11",
   *   "participant": {"id": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22", "side": 0, "name": "Brakk", "level": 2,
   *     "kind": "warrior", "isMonster": false, "maxHealth": 130, "attack": 120, "defense": 110, "speed": 9, "critical": 8,
   *     "skills": ["cleave"], "health": 130, "energy": 60, "status": "fighting", "isDefending": false, "missedTurns": 0,
   *     "cooldowns": {}, "effects": []}}
   * @receivers All connections of the players of the fight.
   */
  event('combat:participant_joined', 'recoverable', typeToken<{ sessionId: Uuid; participant: CombatParticipant }>()),
  /**
   * A participant has left the fight other than by fleeing.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "participantId": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22",
   *   "reason": "disconnected"}
   * @receivers All connections of the players of the fight.
   */
  event(
    'combat:participant_left',
    'recoverable',
    typeToken<{ sessionId: Uuid; participantId: string; reason: CombatLeaveReason }>(),
  ),
  /**
   * A participant has fled from the fight.
   * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "participantId": "8e1d4c60-2b7f-4e0a-9d35-1c5a7b9e3f22"}
   * @receivers All connections of the players of the fight.
   */
  event('combat:fled', 'recoverable', typeToken<{ sessionId: Uuid; participantId: string }>()),
  /**
   * The fight has ended, with the rewards of all participants and the server's seed.
   * @receivers All connections of the players of the fight, and the spectators, as late as the starter has chosen.
   */
  event('combat:ended', 'recoverable', typeToken<CombatEnd>()),
] as const;
