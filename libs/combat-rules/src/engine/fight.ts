/**
 * The fight engine: `(state, input, rolls) → (state, entries)`. Pure: no clock, no other randomness than the rolls, whole
 * numbers only. The same setup, inputs and rolls give the same fight on every machine.
 */
import { LAST_ROUND_TO_JOIN, MAX_PER_SIDE, RULES_VERSION } from '../rules/numbers';
import type { Rolls } from '../rolls';
import { type ActionRefusal, type FightAction, perform, resolveAction } from './actions';
import { FightDraft } from './draft';
import type { FightEntry, LeaveReason } from './entries';
import { assertSetup, createParticipant, playerProblem } from './participants';
import {
  currentParticipant,
  type FightSetup,
  type FightState,
  findParticipant,
  type Participant,
  type PlayerSetup,
} from './state';
import { publicParticipant } from './views';
import { advance, countMissedTurn, end, endIfDecided, endTurn, leaveFight } from './turns';

/** What happens to a fight from outside. All inputs of a fight, in order, are all that its replay needs besides setup and rolls. */
export type FightInput =
  /** `turn`: refused unless it is this one. */
  | { readonly type: 'act'; readonly actorId: string; readonly turn?: number; readonly action: FightAction }
  /** The player whose turn it is did not choose in time, and defends. */
  | { readonly type: 'miss'; readonly actorId: string; readonly turn?: number }
  | { readonly type: 'forfeit'; readonly actorId: string; readonly reason: Exclude<LeaveReason, 'missed_turns'> }
  | { readonly type: 'join'; readonly player: PlayerSetup }
  | { readonly type: 'abort' };

/** Whether an input from outside has a known type, and a known reason for giving up, which is copied into the log. */
function isKnownInput(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return false;
  const { type, reason } = input as Record<string, unknown>;
  if (type === 'forfeit') return reason === 'gave_up' || reason === 'disconnected';
  return type === 'act' || type === 'miss' || type === 'join' || type === 'abort';
}

/** Why an input is not allowed. */
export type InputRefusal =
  | ActionRefusal
  | 'ended'
  | 'other_rules_version'
  | 'unknown_input'
  | 'stale_turn'
  | 'bad_player'
  | 'unknown_participant'
  | 'not_fighting'
  | 'not_your_turn'
  | 'joining_closed'
  | 'already_joined'
  | 'side_full';

export interface FightStep {
  readonly state: FightState;
  readonly entries: readonly FightEntry[];
}

/** A fight before its first entry. @throws RangeError for a setup that no fight can have. */
export function prepareFight(setup: FightSetup): FightState {
  assertSetup(setup);
  const { mode, participants } = setup;
  return {
    rulesVersion: RULES_VERSION,
    mode,
    turn: 0,
    isTurnOpen: false,
    inputs: 0,
    round: 0,
    queue: [],
    participants: participants.map(createParticipant),
    seq: 0,
    outcome: null,
  };
}

/** Begins a fight and runs it up to the first turn of a player. @throws as `prepareFight`. */
export function beginFight(setup: FightSetup, rolls: Rolls): FightStep {
  return finish(new FightDraft(prepareFight(setup), rolls));
}

/** Runs a fight up to the next turn of a player, or its end. The given state is not changed. @returns the refusal if the input is not allowed. */
export function stepFight(state: FightState, input: FightInput, rolls: Rolls): FightStep | InputRefusal {
  if (state.outcome) return 'ended';
  if (!isKnownInput(input)) return 'unknown_input';
  // Whatever the rules, a fight can be ended.
  if (state.rulesVersion !== RULES_VERSION && input.type !== 'abort') return 'other_rules_version';
  const draft = new FightDraft(state, rolls);
  const refusal = apply(draft, input);
  if (refusal) return refusal;
  draft.state.inputs++;
  return finish(draft);
}

function finish(draft: FightDraft): FightStep {
  advance(draft);
  const { state, entries } = draft;
  return { state, entries };
}

function apply(draft: FightDraft, input: FightInput): InputRefusal | undefined {
  if (input.type === 'abort') return abort(draft);
  if (input.type === 'join') return join(draft, input.player);
  const actor = findParticipant(draft.state, input.actorId);
  if (!actor || actor.isMonster) return 'unknown_participant';
  if (actor.status !== 'fighting') return 'not_fighting';
  if (input.type === 'forfeit') return forfeit(draft, actor, input.reason);
  if (currentParticipant(draft.state) !== actor) return 'not_your_turn';
  if (input.turn !== undefined && input.turn !== draft.state.turn) return 'stale_turn';
  return input.type === 'miss' ? missTurn(draft, actor) : act(draft, actor, input.action);
}

function abort(draft: FightDraft): undefined {
  end(draft, 'aborted', null);
}

function act(draft: FightDraft, actor: Participant, action: FightAction): ActionRefusal | undefined {
  const resolved = resolveAction(draft.state, actor, action);
  if (typeof resolved === 'string') return resolved;
  actor.missedTurns = 0;
  perform(draft, actor, resolved, false);
  endTurn(draft, actor);
  return undefined;
}

function missTurn(draft: FightDraft, actor: Participant): undefined {
  if (!countMissedTurn(draft, actor)) perform(draft, actor, { type: 'defend', targets: [] }, true);
  endTurn(draft, actor);
}

function forfeit(draft: FightDraft, actor: Participant, reason: LeaveReason): undefined {
  const isCurrent = currentParticipant(draft.state) === actor;
  leaveFight(draft, actor, reason);
  if (isCurrent) endTurn(draft, actor);
  else endIfDecided(draft);
}

function join(draft: FightDraft, player: PlayerSetup): InputRefusal | undefined {
  if (playerProblem(player, 0) !== null) return 'bad_player';
  const { mode, round, participants } = draft.state;
  if (mode === 'duel' || round > LAST_ROUND_TO_JOIN) return 'joining_closed';
  if (findParticipant(draft.state, player.id)) return 'already_joined';
  if (participants.filter(({ side }) => side === player.side).length >= MAX_PER_SIDE) return 'side_full';
  const participant = createParticipant(player);
  participants.push(participant);
  draft.write({ type: 'joined', participant: publicParticipant(participant) });
  return undefined;
}
