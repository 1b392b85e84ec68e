/** What a fight consists of. Plain JSON, with what only one participant may know: clients get a view of it (`views.ts`). */
import type { ClassId } from '../rules/classes';
import type { EffectId } from '../rules/effects';
import type { ItemId } from '../rules/items';
import type { MonsterKind } from '../rules/monsters';
import type { SkillId } from '../rules/skills';

/** The two sides; against monsters the players are side 0. */
export type Side = 0 | 1;

/** How many of each item. */
export type Bag = Partial<Record<ItemId, number>>;

interface ParticipantIdentity {
  /** Unique in the fight. */
  readonly id: string;
  readonly side: Side;
  readonly name: string;
  readonly level: number;
}

/** The numbers of a participant at its start. Monsters have theirs from the rule data. */
export interface PlayerSetup extends ParticipantIdentity {
  readonly class: ClassId;
  readonly health: number;
  readonly maxHealth: number;
  /** In tenths of a point. */
  readonly attack: number;
  /** In tenths of a point. */
  readonly defense: number;
  /** Usable items and how many of each; null in a replay by others, which accepts any item. Known to their owner only. */
  readonly bag: Readonly<Bag> | null;
}

export interface MonsterSetup extends ParticipantIdentity {
  readonly monster: MonsterKind;
}

export type ParticipantSetup = PlayerSetup | MonsterSetup;

/** `duel`: players against players, who may not join later, and lose by fleeing or by missing turns. */
export type FightMode = 'monsters' | 'duel';

export interface FightSetup {
  readonly mode: FightMode;
  readonly participants: readonly ParticipantSetup[];
}

export interface ActiveEffect {
  readonly id: EffectId;
  /** Turns of the bearer that are left. */
  turns: number;
  /** Damage or healing per turn, or what is left of a shield; 0 for the others. */
  amount: number;
}

/** `down`: without health. `fled` and `left`: no longer in the fight, by flight or by giving up. */
export type ParticipantStatus = 'fighting' | 'down' | 'fled' | 'left';

export interface Participant extends ParticipantIdentity {
  /** The class of a player, the kind of a monster. */
  readonly kind: ClassId | MonsterKind;
  readonly isMonster: boolean;
  readonly maxHealth: number;
  /** In tenths of a point. */
  readonly attack: number;
  /** In tenths of a point. */
  readonly defense: number;
  readonly speed: number;
  /** Percent. */
  readonly critical: number;
  readonly skills: readonly SkillId[];
  health: number;
  energy: number;
  status: ParticipantStatus;
  isDefending: boolean;
  /** In a row. */
  missedTurns: number;
  /** Turns until a skill can be used again. */
  cooldowns: Partial<Record<SkillId, number>>;
  effects: ActiveEffect[];
  /** Known to its owner only; null if unknown. */
  bag: Bag | null;
}

/** `aborted`: ended from outside, without a winner. */
export type FightResult = 'victory' | 'draw' | 'fled' | 'aborted';

export interface FightOutcome {
  readonly result: FightResult;
  /** Of a victory. */
  readonly winningSide: Side | null;
}

export interface FightState {
  readonly rulesVersion: number;
  readonly mode: FightMode;
  /** Number of the current turn; each turn of a participant has its own. */
  turn: number;
  /** Whether the turn of a player has begun and waits for its action. */
  isTurnOpen: boolean;
  /** How many inputs have been accepted. */
  inputs: number;
  round: number;
  /** The participants that have yet to act in this round; the first is the one whose turn it is. */
  queue: string[];
  participants: Participant[];
  /** Sequence number of the last entry. */
  seq: number;
  outcome: FightOutcome | null;
}

export function findParticipant(state: FightState, id: string): Participant | undefined {
  return state.participants.find((participant) => participant.id === id);
}

/** The participant whose turn it is; undefined once the fight has ended. */
export function currentParticipant(state: FightState): Participant | undefined {
  const [id] = state.queue;
  return state.outcome || id === undefined ? undefined : findParticipant(state, id);
}

export function fightersOf(state: FightState, side: Side): Participant[] {
  return state.participants.filter((participant) => participant.side === side && participant.status === 'fighting');
}

export const opposite = (side: Side): Side => (side === 0 ? 1 : 0);

export function copyState(state: FightState): FightState {
  return { ...state, queue: [...state.queue], participants: state.participants.map(copyParticipant) };
}

function copyParticipant(participant: Participant): Participant {
  return {
    ...participant,
    cooldowns: { ...participant.cooldowns },
    effects: participant.effects.map((effect) => ({ ...effect })),
    bag: participant.bag && { ...participant.bag },
  };
}
