/** Fights on the wire: their state, the request for an action, and the history that verifies a finished fight. */
import type { CombatEntry, CombatParticipant, CombatResult, CombatReward, CombatSide } from './combat-entries';

export const MAX_COMBATANTS_PER_SIDE = 8;
/** Entries of one page of the history. */
export const MAX_HISTORY_ENTRIES = 1_000;
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

/** Times are in milliseconds since 1970, by the clock of the server. */
export interface CombatTurnRequest {
  sessionId: string;
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
  characterId: string;
  name: string;
  level: number;
  accepted: boolean;
}

/** A fight as one user sees it. */
export interface CombatView {
  sessionId: string;
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
  /** The action that is waited for; null for spectators, and before and after the fight. */
  request: CombatTurnRequest | null;
}

/** What replays a fight, in its order. */
export interface CombatSetup {
  mode: CombatMode;
  participants: readonly CombatSetupParticipant[];
}

/** A player with its stats at the start, or a monster, whose stats are rule data. */
export interface CombatSetupParticipant {
  id: string;
  side: CombatSide;
  name: string;
  level: number;
  class?: string;
  health?: number;
  maxHealth?: number;
  /** In tenths of a point. */
  attack?: number;
  /** In tenths of a point. */
  defense?: number;
  /** Private, so null. */
  bag?: null;
  monster?: string;
}

/** An accepted action, a missed turn, giving up, joining or an abort. */
export interface CombatInput {
  type: 'act' | 'miss' | 'forfeit' | 'join' | 'abort';
  actorId?: string;
  turn?: number;
  action?: { type: string; targetId?: string; skillId?: string; itemId?: string };
  reason?: 'gave_up' | 'disconnected';
  player?: CombatSetupParticipant;
}

/** One page of a fight's history: public halves only, the same for every reader. Docs: combat.md#verification. */
export interface CombatHistory {
  sessionId: string;
  rulesVersion: number;
  /** SHA-256 of the rule data, in hexadecimal digits like the other digests and seeds. */
  dataHash: string;
  commitment: string;
  /** The seeds that players have sent, by participant. */
  clientSeeds: Readonly<Record<string, string>>;
  setup: CombatSetup;
  /** The inputs whose first entry is on this page. */
  inputs: readonly CombatInput[];
  entries: readonly CombatEntry[];
  /** For the next page, as `after`; null on the last page. */
  next: number | null;
  /** Both null until the fight has ended. */
  outcome: CombatOutcome | null;
  serverSeed: string | null;
  /** SHA-256 of the canonical JSON of all other fields. */
  digest: string;
}

export interface CombatEnd {
  sessionId: string;
  outcome: CombatOutcome;
  /** By participant, of a victory over monsters. */
  rewards: Readonly<Record<string, CombatReward>>;
  serverSeed: string;
}
