/** The course of a fight: rounds, whose turn it is, monsters' turns, and the end. */
import { ENERGY, MAX_ROUNDS, MISSED_TURNS_TO_LEAVE, ORDER_SPREAD } from '../rules/numbers';
import { perform, resolveAction } from './actions';
import type { FightDraft } from './draft';
import type { LeaveReason } from './entries';
import { expireEffects, isStunned, tickEffects } from './effects';
import { chooseMonsterAction } from './monster-behaviour';
import { giveRewards } from './rewards';
import { currentParticipant, type FightResult, fightersOf, type Participant, type Side } from './state';
import { takeDown } from './strikes';

/** Runs the fight up to the next turn of a player, or to its end: begins turns and rounds, and takes the turns of monsters. */
export function advance(draft: FightDraft): void {
  while (!draft.state.outcome && !draft.state.isTurnOpen) {
    if (draft.state.queue.length === 0 && !beginRound(draft)) return;
    const actor = currentParticipant(draft.state);
    if (!actor || actor.status !== 'fighting') draft.state.queue.shift();
    else if (beginTurn(draft, actor)) {
      if (actor.isMonster) {
        takeMonsterTurn(draft, actor);
        endTurn(draft, actor);
      } else draft.state.isTurnOpen = true;
    }
  }
}

/** To be called after the action of a participant; ends the fight if one side is left. */
export function endTurn(draft: FightDraft, actor: Participant): void {
  if (actor.status === 'fighting') expireEffects(draft, actor);
  draft.state.isTurnOpen = false;
  draft.state.queue.shift();
  endIfDecided(draft);
}

/** Ends the fight if at most one side still fights. */
export function endIfDecided(draft: FightDraft): void {
  const { state } = draft;
  const sides = ([0, 1] as const).filter((side) => fightersOf(state, side).length > 0);
  const [winner] = sides;
  if (state.outcome || sides.length === 2) return;
  if (winner === undefined) return end(draft, 'draw', null);
  if (isFlight(draft, winner)) return end(draft, 'fled', null);
  end(draft, 'victory', winner);
  if (state.mode === 'monsters' && winner === 0) giveRewards(draft);
}

export function end(draft: FightDraft, result: FightResult, winningSide: Side | null): void {
  const { state } = draft;
  state.outcome = { result, winningSide };
  state.queue = [];
  state.isTurnOpen = false;
  draft.write({ type: 'ended', result, winningSide });
}

/** A player did not choose in time. Who does so too often in a row leaves. @returns whether the player has left. */
export function countMissedTurn(draft: FightDraft, actor: Participant): boolean {
  actor.missedTurns++;
  if (actor.missedTurns < MISSED_TURNS_TO_LEAVE[draft.state.mode]) return false;
  leaveFight(draft, actor, 'missed_turns');
  return true;
}

export function leaveFight(draft: FightDraft, actor: Participant, reason: LeaveReason): void {
  actor.status = 'left';
  draft.write({ type: 'left', actorId: actor.id, reason });
}

/** Monsters do not win if all players have fled; who gives up is defeated. */
function isFlight(draft: FightDraft, winner: Side): boolean {
  const losers = draft.state.participants.filter(({ side }) => side !== winner);
  return draft.state.mode === 'monsters' && losers.every(({ status }) => status === 'fled');
}

function beginRound(draft: FightDraft): boolean {
  const { state } = draft;
  if (state.round === MAX_ROUNDS) {
    end(draft, 'draw', null);
    return false;
  }
  state.round++;
  state.queue = orderOfRound(draft);
  draft.write({ type: 'round', round: state.round, order: [...state.queue] });
  return true;
}

/** By speed and a roll; a tie is decided by a further roll, then by the order of joining. */
function orderOfRound({ state, rolls }: FightDraft): string[] {
  const places = state.participants
    .filter(({ status }) => status === 'fighting')
    .map(({ id, speed }, index) => {
      const roll = (bound: number, place: number): number => rolls.below(bound, state.round, 'round', 'order', place);
      return { id, index, rank: (speed + roll(ORDER_SPREAD, 2 * index)) * 1_000 + roll(1_000, 2 * index + 1) };
    });
  places.sort((one, other) => other.rank - one.rank || one.index - other.index);
  return places.map(({ id }) => id);
}

/** @returns whether the participant can act; if not, its turn has ended. */
function beginTurn(draft: FightDraft, actor: Participant): boolean {
  draft.state.turn++;
  actor.isDefending = false;
  actor.energy = Math.min(ENERGY.max, actor.energy + ENERGY.perTurn);
  coolDown(actor);
  draft.write({ type: 'turn', actorId: actor.id, energy: actor.energy });
  tickEffects(draft, actor);
  if (actor.health > 0 && !isStunned(actor)) return true;
  if (actor.health === 0) takeDown(draft, actor);
  else draft.write({ type: 'stunned', targetId: actor.id });
  endTurn(draft, actor);
  return false;
}

function coolDown(actor: Participant): void {
  const cooldowns: Participant['cooldowns'] = {};
  for (const skillId of actor.skills) {
    const turns = (actor.cooldowns[skillId] ?? 0) - 1;
    if (turns > 0) cooldowns[skillId] = turns;
  }
  actor.cooldowns = cooldowns;
}

function takeMonsterTurn(draft: FightDraft, monster: Participant): void {
  const action = resolveAction(draft.state, monster, chooseMonsterAction(draft, monster));
  if (typeof action === 'string') throw new Error(`monster ${monster.kind} chose an action that is refused: ${action}`);
  perform(draft, monster, action, false);
}
