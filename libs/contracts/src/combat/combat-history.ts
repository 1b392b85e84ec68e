/** The history of a fight on the wire, which verifies a finished one. */
import type { CombatEntry, CombatSide } from './combat-entries';
import type { CombatMode, CombatOutcome } from './combat-views';
import type { Uuid } from '../wire-formats';

/** Entries of one page of the history. */
export const MAX_HISTORY_ENTRIES = 1_000;

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

/**
 * One page of a fight's history: public halves only, the same for every reader. Docs: combat.md#verification.
 * @example {"sessionId": "0b5451d2-7f0e-4d0c-9a55-0d8b1a2f6c11", "rulesVersion": 1,
 *   "dataHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
 *   "commitment": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "clientSeeds": {},
 *   "setup": {"mode": "monsters", "participants": [
 *     {"id": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "side": 0, "name": "Aldara", "level": 1, "class": "ranger",
 *       "health": 95, "maxHealth": 95, "attack": 140, "defense": 70, "bag": null},
 *     {"id": "starting_village:yard_rats:1", "side": 1, "name": "rat", "level": 1, "monster": "rat"}]},
 *   "inputs": [{"type": "act", "actorId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "turn": 1,
 *     "action": {"type": "defend"}}],
 *   "entries": [{"seq": 2, "turn": 1, "delayMs": 500, "type": "action", "energy": 75,
 *     "actorId": "3f0c9a52-8d0e-4f6b-9a57-2f1f6a0c7e11", "action": "defend"}],
 *   "next": null, "outcome": null, "serverSeed": null,
 *   "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
 */
export interface CombatHistory {
  sessionId: Uuid;
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
