/** What a client may see of a fight: everything public, and what is private to its own participant. */
import type { FightEntry, PrivateEntry, PublicEntry, PublicParticipant } from './entries';
import type { Bag, FightState, Participant } from './state';

/** How long a client should show an entry before the next. Not part of the log: pacing may change without new rules. */
const DELAY_MS: Record<PublicEntry['type'], number> = {
  turn: 0,
  round: 400,
  joined: 600,
  action: 500,
  strike: 700,
  healing: 500,
  energy: 300,
  effect: 300,
  effect_damage: 500,
  effect_ended: 200,
  stunned: 500,
  down: 800,
  flight: 700,
  left: 600,
  ended: 1_000,
  reward: 0,
};

export interface FightStateView extends Omit<FightState, 'participants'> {
  /** Only the viewer's own participant has a bag. */
  participants: (PublicParticipant & { bag?: Bag | null })[];
}

/** `delayMs`: how long a client should show this entry before the next. */
export type FightEntryView = { seq: number; turn: number; delayMs: number } & PublicEntry & Partial<PrivateEntry>;

/** @param viewerId the participant of the viewer; undefined for all other clients. */
export function stateFor(state: FightState, viewerId?: string): FightStateView {
  return {
    ...state,
    participants: state.participants.map((participant) => ({
      ...publicParticipant(participant),
      ...(participant.id === viewerId && { bag: participant.bag }),
    })),
  };
}

/** @param viewerId the participant of the viewer; undefined for all other clients. */
export function entryFor({ seq, turn, public: known, private: halves }: FightEntry, viewerId?: string): FightEntryView {
  const own = viewerId !== undefined && halves && Object.hasOwn(halves, viewerId) ? halves[viewerId] : undefined;
  return { seq, turn, delayMs: DELAY_MS[known.type], ...known, ...own };
}

/** A copy, field by field: a new field is hidden until it is listed here. */
export function publicParticipant(participant: Participant): PublicParticipant {
  const { id, side, name, level, kind, isMonster, maxHealth, attack, defense, speed, critical, skills } = participant;
  const { health, energy, status, isDefending, missedTurns, cooldowns, effects } = participant;
  return {
    ...{ id, side, name, level, kind, isMonster, maxHealth, attack, defense, speed, critical, skills },
    ...{ health, energy, status, isDefending, missedTurns },
    cooldowns: { ...cooldowns },
    effects: effects.map((effect) => ({ ...effect })),
  };
}
