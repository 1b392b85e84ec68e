/** The log of a fight on the wire. Numbers are whole; health, energy and turns are those after the entry. */

/** `disconnected`: the server gave up for a player that was away for too long. */
export type CombatLeaveReason = 'gave_up' | 'disconnected' | 'missed_turns';

/** `fled`: all players have fled from monsters. `aborted`: ended by the server or an admin, without a winner. */
export type CombatResult = 'victory' | 'draw' | 'fled' | 'aborted';

export type CombatSide = 0 | 1;

/** A participant as every client may see it. */
export interface CombatParticipant {
  /** The id of a character or a monster. */
  id: string;
  side: CombatSide;
  name: string;
  level: number;
  /** The class of a player, the kind of a monster. */
  kind: string;
  isMonster: boolean;
  maxHealth: number;
  /** In tenths of a point. */
  attack: number;
  /** In tenths of a point. */
  defense: number;
  speed: number;
  /** Percent. */
  critical: number;
  skills: readonly string[];
  health: number;
  energy: number;
  status: 'fighting' | 'down' | 'fled' | 'left';
  isDefending: boolean;
  /** In a row. */
  missedTurns: number;
  /** Turns until a skill can be used again. */
  cooldowns: Readonly<Record<string, number>>;
  effects: readonly { id: string; turns: number; amount: number }[];
}

interface CombatAttack {
  targetId: string;
  damage: number;
  /** Damage that a shield took. */
  absorbed: number;
  health: number;
}

/** The public half of an entry. */
type CombatFact =
  | { type: 'round'; round: number; order: readonly string[] }
  | { type: 'turn'; actorId: string; energy: number }
  | { type: 'joined'; participant: CombatParticipant }
  | {
      type: 'action';
      actorId: string;
      action: 'attack' | 'defend' | 'skill' | 'item' | 'pass' | 'flee';
      skillId?: string;
      itemId?: string;
      targetId?: string;
      /** The player did not choose in time. */
      missed?: true;
      energy: number;
    }
  | ({ type: 'strike'; actorId: string; hit: boolean; critical: boolean } & CombatAttack)
  | { type: 'healing'; targetId: string; amount: number; health: number }
  | { type: 'energy'; targetId: string; amount: number; energy: number }
  /** `amount`: damage or healing per turn, or what a shield takes. */
  | { type: 'effect'; targetId: string; effect: string; turns: number; amount: number }
  | ({ type: 'effect_damage'; effect: string } & CombatAttack)
  | { type: 'effect_ended'; targetId: string; effect: string }
  | { type: 'stunned'; targetId: string }
  | { type: 'down'; targetId: string }
  | { type: 'flight'; actorId: string; succeeded: boolean }
  | { type: 'left'; actorId: string; reason: CombatLeaveReason }
  | { type: 'ended'; result: CombatResult; winningSide: CombatSide | null }
  | { type: 'reward'; targetId: string };

export interface CombatReward {
  experience: number;
  /** How many of each item. */
  items: Readonly<Record<string, number>>;
}

/** The private half, which only the participant itself gets. `remaining`: how many of the used item it has left. */
type OwnCombatFact = { remaining: number } & CombatReward;

/** `seq` counts the entries of the fight from 1. `delayMs`: how long to show this entry before the next. */
export type CombatEntry = { seq: number; turn: number; delayMs: number } & CombatFact & Partial<OwnCombatFact>;
