/** Fights on the wire: their state, the request for an action, and their end. */
import type { CombatParticipant, CombatResult, CombatReward, CombatSide } from './combat-entries';
import type { Uuid } from '../wire-formats';

export const MAX_COMBATANTS_PER_SIDE = 8;
/** How many turns the spectators of a fight may be behind it. */
export const MAX_SPECTATOR_DELAY = 20;

/** `duel`: players against players. */
export type CombatMode = 'monsters' | 'duel';

export const SPECTATOR_POLICIES = ['public', 'off'] as const;
/** Whether other users may watch a fight, and read its history once it has ended. */
export type SpectatorPolicy = (typeof SPECTATOR_POLICIES)[number];

export interface CombatOutcome {
  result: CombatResult;
  /** Of a victory. */
  winningSide: CombatSide | null;
}

/** An action that the participant may take now. `targetIds` is empty for an action without a target. */
export type LegalCombatAction =
  | { type: 'attack'; targetIds: readonly string[] }
  | { type: 'skill'; skillId: string; cost: number; targetIds: readonly string[] }
  | { type: 'item'; itemId: string; count: number; targetIds: readonly string[] }
  | { type: 'defend' | 'pass' | 'flee' };

/**
 * Times are in milliseconds since 1970, by the clock of the server.
 * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "turn": 1,
 *   "participantId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "deadline": 1905249620000, "serverTime": 1905249600000,
 *   "legal": [{"type": "attack", "targetIds": ["starting_village:yard_rats:1"]},
 *     {"type": "skill", "skillId": "aimed_shot", "cost": 20, "targetIds": ["starting_village:yard_rats:1"]},
 *     {"type": "defend"}, {"type": "flee"}]}
 */
export interface CombatTurnRequest {
  sessionId: Uuid;
  turn: number;
  /** The participant that chooses. */
  participantId: string;
  /** Afterwards the participant defends. */
  deadline: number;
  serverTime: number;
  /** Only for the user of the participant; empty for all others. */
  legal: readonly LegalCombatAction[];
}

export interface CombatState {
  rulesVersion: number;
  mode: CombatMode;
  turn: number;
  isTurnOpen: boolean;
  /** How many actions and other inputs have been accepted. */
  inputs: number;
  round: number;
  /** The participants that have yet to act in this round. */
  queue: readonly string[];
  /** Only the own participant has a bag: how many of each usable item. */
  participants: readonly (CombatParticipant & { bag?: Readonly<Record<string, number>> | null })[];
  /** Sequence number of the last entry. */
  seq: number;
  outcome: CombatOutcome | null;
}

/** A player who is invited to a duel, or has accepted. */
export interface CombatInvitee {
  characterId: Uuid;
  name: string;
  level: number;
  accepted: boolean;
}

/** An invitation to a duel. */
export interface CombatInvitation {
  sessionId: Uuid;
  /** The character that challenges. */
  challenger: { characterId: Uuid; name: string; level: number };
  invited: readonly CombatInvitee[];
  spectators: SpectatorPolicy;
  commitment: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A fight as one user sees it, at its start without a request. */
export interface StartedCombat {
  sessionId: Uuid;
  mode: CombatMode;
  phase: 'invited' | 'active' | 'ended';
  spectators: SpectatorPolicy;
  /** How many turns spectators are behind. */
  delayTurns: number;
  /** SHA-256 of the server's seed, which is revealed when the fight ends. */
  commitment: string;
  rulesVersion: number;
  /** SHA-256 of the rule data. */
  dataHash: string;
  /** The players of a duel. */
  invited: readonly CombatInvitee[];
  /** Null until all invited players have accepted. */
  state: CombatState | null;
}

/**
 * A fight as one user sees it.
 * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "mode": "monsters", "phase": "active",
 *   "spectators": "public", "delayTurns": 0,
 *   "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "rulesVersion": 1,
 *   "dataHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "invited": [],
 *   "state": {"rulesVersion": 1, "mode": "monsters", "turn": 1, "isTurnOpen": true, "inputs": 0, "round": 1,
 *     "queue": ["3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "starting_village:yard_rats:1"], "seq": 2, "outcome": null,
 *     "participants": [{"id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "side": 0, "name": "Aldara", "level": 1, "kind": "ranger",
 *       "isMonster": false, "maxHealth": 95, "attack": 140, "defense": 70, "speed": 12, "critical": 16,
 *       "skills": ["aimed_shot"], "health": 95, "energy": 75, "status": "fighting", "isDefending": false,
 *       "missedTurns": 0, "cooldowns": {}, "effects": [], "bag": {"healing_potion": 2}},
 *     {"id": "starting_village:yard_rats:1", "side": 1, "name": "rat", "level": 1, "kind": "rat", "isMonster": true,
 *       "maxHealth": 35, "attack": 60, "defense": 30, "speed": 11, "critical": 5, "skills": ["bite"], "health": 35,
 *       "energy": 60, "status": "fighting", "isDefending": false, "missedTurns": 0, "cooldowns": {}, "effects": []}]},
 *   "request": {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "turn": 1,
 *     "participantId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "deadline": 1905249620000, "serverTime": 1905249600000,
 *     "legal": [{"type": "attack", "targetIds": ["starting_village:yard_rats:1"]}, {"type": "defend"}]}}
 */
export interface CombatView extends StartedCombat {
  /** The action that is waited for; null for spectators, and before and after the fight. */
  request: CombatTurnRequest | null;
}

/**
 * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "outcome": {"result": "victory", "winningSide": 0},
 *   "rewards": {"3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11": {"experience": 25, "items": {"rat_tail": 1}}},
 *   "serverSeed": "4c1d9f0a7b62e835d1f4a06c9b7e2d58436fa1c0e9b85d72f0a3c6e1b4d79825"}
 */
export interface CombatEnd {
  sessionId: Uuid;
  outcome: CombatOutcome;
  /** By participant, of a victory over monsters. */
  rewards: Readonly<Record<string, CombatReward>>;
  serverSeed: string;
}
