/** The log of a fight. Each entry is written with its public half and its private halves, so that nothing has to be redacted later. */
import type { EffectId } from '../rules/effects';
import type { ItemId } from '../rules/items';
import type { SkillId } from '../rules/skills';
import type { FightResult, Participant, Side } from './state';

/** `disconnected`: the server gives up for a player that has been away for too long. */
export type LeaveReason = 'gave_up' | 'disconnected' | 'missed_turns';

export type ActionType = 'attack' | 'defend' | 'skill' | 'item' | 'pass' | 'flee';

/** The fields of a participant that are not private. */
export type PublicParticipant = Omit<Participant, 'bag'>;

/** The half that every client may see. Health, energy and turns are those after the entry. */
export type PublicEntry =
  | { readonly type: 'round'; readonly round: number; readonly order: readonly string[] }
  | { readonly type: 'turn'; readonly actorId: string; readonly energy: number }
  | { readonly type: 'joined'; readonly participant: PublicParticipant }
  | {
      readonly type: 'action';
      readonly actorId: string;
      readonly action: ActionType;
      readonly skillId?: SkillId;
      readonly itemId?: ItemId;
      readonly targetId?: string;
      /** True if the player did not choose in time. */
      readonly missed?: true;
      readonly energy: number;
    }
  | {
      readonly type: 'strike';
      readonly actorId: string;
      readonly targetId: string;
      readonly hit: boolean;
      readonly critical: boolean;
      readonly damage: number;
      /** Damage that a shield took. */
      readonly absorbed: number;
      readonly health: number;
    }
  | { readonly type: 'healing'; readonly targetId: string; readonly amount: number; readonly health: number }
  | { readonly type: 'energy'; readonly targetId: string; readonly amount: number; readonly energy: number }
  | {
      readonly type: 'effect';
      readonly targetId: string;
      readonly effect: EffectId;
      readonly turns: number;
      /** Damage or healing per turn, or what a shield takes; 0 for the others. */
      readonly amount: number;
    }
  | {
      readonly type: 'effect_damage';
      readonly targetId: string;
      readonly effect: EffectId;
      readonly damage: number;
      readonly absorbed: number;
      readonly health: number;
    }
  | { readonly type: 'effect_ended'; readonly targetId: string; readonly effect: EffectId }
  | { readonly type: 'stunned'; readonly targetId: string }
  | { readonly type: 'down'; readonly targetId: string }
  | { readonly type: 'flight'; readonly actorId: string; readonly succeeded: boolean }
  | { readonly type: 'left'; readonly actorId: string; readonly reason: LeaveReason }
  | { readonly type: 'ended'; readonly result: FightResult; readonly winningSide: Side | null }
  | { readonly type: 'reward'; readonly targetId: string };

/** What only one participant may know. */
export type PrivateEntry =
  /** Of an action with an item: how many of it are left. */
  | { readonly remaining: number }
  | { readonly experience: number; readonly items: Readonly<Partial<Record<ItemId, number>>> };

export interface FightEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly turn: number;
  readonly public: PublicEntry;
  /** By participant. */
  readonly private?: Readonly<Record<string, PrivateEntry>>;
}
