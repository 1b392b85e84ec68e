/** The clocks of a fight, as pure functions: deadlines of turns, grace after them, and the time that a player may be away. */
import { currentParticipant, type FightState } from '@aeturnis/combat-rules';
import type { ActiveFight, Fight, PlayerClocks } from '../fights/fight';

export const TURN_MS = 20_000;
/** The most that an action may come after its deadline; before the first measurement of the round trip, that is the grace. */
const MAX_GRACE_MS = 500;
const GRACE_QUOTA_MS = 2_000;
/** The grace that each turn of a player gives back. */
const GRACE_REFILL_MS = 100;
/** How long a player may be away from a duel in all. */
const ABSENCE_BANK_MS = 60_000;
/** How much longer a turn lasts if the node of its player has died. */
export const NODE_DEATH_CREDIT_MS = 10_000;

export const NEW_CLOCKS: PlayerClocks = {
  bankMs: ABSENCE_BANK_MS,
  awaySince: null,
  graceMs: GRACE_QUOTA_MS,
  roundTripMs: null,
  node: null,
};

/** What a step does to the times of a fight. */
export interface StepTimes {
  readonly clocks: Fight['clocks'];
  /** The duration of a new turn; null if the turn goes on, or no turn is open. */
  readonly turnMs: number | null;
  readonly hasDeadline: boolean;
  readonly graceMs: number;
  readonly absenceEndsAt: number | null;
}

/** @param before the fight before the step; its state is null before the first one. */
export function timesAfter(before: Pick<Fight, 'mode' | 'state' | 'clocks'>, state: FightState): StepTimes {
  const current = currentParticipant(state);
  const isNewTurn = current !== undefined && before.state?.turn !== state.turn;
  const clocks = isNewTurn ? withGraceRefilled(before.clocks, current.id) : before.clocks;
  return {
    clocks,
    turnMs: isNewTurn ? TURN_MS : null,
    hasDeadline: current !== undefined,
    graceMs: current === undefined ? 0 : graceOf(clocks[current.id]),
    absenceEndsAt: state.outcome ? null : absenceEndOf(before.mode, state, clocks),
  };
}

/** @returns the clocks after an action that came `lateMs` after its deadline. */
export function withGraceUsed(clocks: Fight['clocks'], participantId: string, lateMs: number): Fight['clocks'] {
  const own = clocks[participantId] ?? NEW_CLOCKS;
  return lateMs <= 0
    ? clocks
    : { ...clocks, [participantId]: { ...own, graceMs: Math.max(0, own.graceMs - Math.ceil(lateMs)) } };
}

export function withNode(clocks: Fight['clocks'], participantId: string, node: string | null): Fight['clocks'] {
  return { ...clocks, [participantId]: { ...(clocks[participantId] ?? NEW_CLOCKS), node } };
}

/**
 * Records the node that serves a player, and the round trip of its connection. Call it for a command of that player.
 * @param measuredMs null before the first measurement of a connection; undefined over HTTP, where nothing can be measured.
 */
export function withConnection(
  clocks: Fight['clocks'],
  participantId: string,
  node: string,
  measuredMs: number | null | undefined,
): Fight['clocks'] {
  const own = clocks[participantId] ?? NEW_CLOCKS;
  const roundTripMs = measuredMs ?? own.roundTripMs ?? (measuredMs === undefined ? 0 : null);
  return { ...clocks, [participantId]: { ...own, node, roundTripMs } };
}

/** How late an action may be: what the round trip explains, as far as the quota lasts. */
export function graceOf(clocks: PlayerClocks | undefined): number {
  const { graceMs, roundTripMs } = clocks ?? NEW_CLOCKS;
  return Math.min(MAX_GRACE_MS, graceMs, roundTripMs ?? MAX_GRACE_MS);
}

export function withAbsence(clocks: Fight['clocks'], participantId: string, now: number): Fight['clocks'] {
  const own = clocks[participantId] ?? NEW_CLOCKS;
  return own.awaySince === null ? { ...clocks, [participantId]: { ...own, awaySince: now } } : clocks;
}

/** The time of absence is used up for good. */
export function withReturn(clocks: Fight['clocks'], participantId: string, now: number): Fight['clocks'] {
  const own = clocks[participantId] ?? NEW_CLOCKS;
  if (own.awaySince === null) return clocks;
  const bankMs = Math.max(0, own.bankMs - Math.max(0, now - own.awaySince));
  return { ...clocks, [participantId]: { ...own, awaySince: null, bankMs } };
}

/** For an absence that was recorded by mistake: nothing of the bank is used. */
export function withAbsenceRemoved(clocks: Fight['clocks'], participantId: string): Fight['clocks'] {
  return { ...clocks, [participantId]: { ...(clocks[participantId] ?? NEW_CLOCKS), awaySince: null } };
}

/** Counts less of an absence, so that the bank lasts until `until`. */
export function withAbsenceExtended(clocks: Fight['clocks'], participantId: string, until: number): Fight['clocks'] {
  const own = clocks[participantId] ?? NEW_CLOCKS;
  return { ...clocks, [participantId]: { ...own, awaySince: until - own.bankMs } };
}

/** Players of a duel that have been away for too long: each gives up. `all`: that holds for all that still fight. */
export function absentees({ mode, state, clocks, now }: ActiveFight): { ids: readonly string[]; all: boolean } {
  const fighting = mode === 'duel' ? fightingPlayers(state) : [];
  const ids = fighting.filter((id) => now >= absenceEnd(clocks[id]));
  return { ids, all: ids.length > 0 && ids.length === fighting.length };
}

/** When the sweep has to look at a fight whose turn goes on. */
export function nextLookAt({ mode, state, clocks, deadline }: ActiveFight): number | null {
  const current = currentParticipant(state);
  const turnEnds = deadline === null || !current ? null : deadline + graceOf(clocks[current.id]);
  const absenceEnds = absenceEndOf(mode, state, clocks);
  if (turnEnds === null || absenceEnds === null) return turnEnds ?? absenceEnds;
  return Math.min(turnEnds, absenceEnds);
}

function absenceEndOf(mode: Fight['mode'], state: FightState, clocks: Fight['clocks']): number | null {
  if (mode !== 'duel') return null;
  const ends = fightingPlayers(state)
    .map((id) => absenceEnd(clocks[id]))
    .filter((end) => end !== Infinity);
  return ends.length === 0 ? null : Math.min(...ends);
}

function absenceEnd(own: PlayerClocks | undefined): number {
  return own?.awaySince === null || own === undefined ? Infinity : own.awaySince + own.bankMs;
}

function withGraceRefilled(clocks: Fight['clocks'], participantId: string): Fight['clocks'] {
  const own = clocks[participantId] ?? NEW_CLOCKS;
  const graceMs = Math.min(GRACE_QUOTA_MS, own.graceMs + GRACE_REFILL_MS);
  return graceMs === own.graceMs ? clocks : { ...clocks, [participantId]: { ...own, graceMs } };
}

const fightingPlayers = ({ participants }: FightState): string[] =>
  participants.filter(({ isMonster, status }) => !isMonster && status === 'fighting').map(({ id }) => id);
