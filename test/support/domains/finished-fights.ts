/** Finished fights for tests of their history: the same number gives the same fight, with everything that can happen in one. */
import { createHash } from 'node:crypto';
import {
  beginFight,
  CLASSES,
  type ClassId,
  currentParticipant,
  type FightAction,
  type FightEntry,
  type FightInput,
  type FightState,
  legalActions,
  type MonsterKind,
  MONSTERS,
  type ParticipantSetup,
  type PlayerSetup,
  RULES_VERSION,
  type Side,
  stepFight,
} from '@aeturnis/combat-rules';
import type { RecordedFight } from '../../../apps/server/src/combat/fairness/combat-history';
import { commitmentTo, rollsFor, RULE_DATA_HASH } from '../../../apps/server/src/combat/fairness/fight-secrets';
import { chooseBotAction } from '../../../libs/combat-rules/src/simulation/bot';
import { simulatedPlayer } from '../../../libs/combat-rules/src/simulation/simulate';

export interface FightTranscript {
  readonly fight: RecordedFight;
  /** The begin, without an input, and each accepted input with the entries that it led to. */
  readonly steps: readonly { readonly input?: FightInput; readonly entries: readonly FightEntry[] }[];
}

/** Whole numbers below a bound, the same ones for the same seed. */
export type SeededNumbers = (bound: number) => number;

export function seededNumbers(seed: string): SeededNumbers {
  let block = createHash('sha256').update(seed).digest();
  let place = 0;
  return (bound) => {
    if (place === block.length) [block, place] = [createHash('sha256').update(block).digest(), 0];
    const number = block.readUInt32BE(place);
    place += 4;
    return number % bound;
  };
}

const hexOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const oneOf = <T>(values: readonly T[], below: SeededNumbers): T => values[below(values.length)]!;

/** @param size participants on each side; by default 1 to 8, mostly 1. */
export function finishedFight(number: number, size?: number): FightTranscript {
  const below = seededNumbers(`fight ${number}`);
  const mode = number % 2 === 0 ? 'duel' : 'monsters';
  const level = 1 + below(100);
  const sizeOf = (): number => size ?? (below(2) > 0 ? 1 : 1 + below(below(10) === 0 ? 8 : 2));
  const players = (side: Side): ParticipantSetup[] =>
    Array.from({ length: sizeOf() }, (_, place) => player(`p${side}:${place}`, side, level, below));
  const monsters = (): ParticipantSetup[] =>
    Array.from({ length: sizeOf() }, (_, place) => monster(place, level, below));
  const participants = [...players(0), ...(mode === 'duel' ? players(1) : monsters())];
  const serverSeed = hexOf(`server ${number}`);
  const seeded = participants.filter((each) => !('monster' in each) && below(4) > 0);
  const clientSeeds = Object.fromEntries(seeded.map(({ id }) => [id, hexOf(`${number} ${id}`).slice(0, 32)]));
  const sessionId = `session-${number}`;
  const rolls = rollsFor(serverSeed, clientSeeds);
  const setup = { mode, participants } as const;
  let { state, entries } = beginFight(setup, rolls);
  const steps: { input?: FightInput; entries: readonly FightEntry[] }[] = [{ entries }];
  while (!state.outcome) {
    const input = chooseInput(state, level, below);
    const step = stepFight(state, input, rolls);
    if (typeof step === 'string') continue;
    ({ state, entries } = step);
    steps.push({ input, entries });
  }
  const commitment = commitmentTo(serverSeed);
  const rules = { rulesVersion: RULES_VERSION, dataHash: RULE_DATA_HASH };
  const fight = { sessionId, ...rules, commitment, clientSeeds, setup, outcome: state.outcome, serverSeed };
  return { fight, steps };
}

function player(id: string, side: Side, level: number, below: SeededNumbers): PlayerSetup {
  const full = simulatedPlayer(id, side, oneOf(Object.keys(CLASSES) as ClassId[], below), level);
  const bag = { healing_potion: below(3), throwing_knife: below(2), antidote: 1, smoke_bomb: 1, energy_tonic: 1 };
  return { ...full, name: `Jürgen "${id}"`, health: full.maxHealth - below(full.maxHealth >> 1), bag };
}

function monster(place: number, level: number, below: SeededNumbers): ParticipantSetup {
  const kind = oneOf(Object.keys(MONSTERS) as MonsterKind[], below);
  return { id: `m${place}`, side: 1, name: kind, level: Math.max(1, level - below(3)), monster: kind };
}

/** May be refused. */
function chooseInput(state: FightState, level: number, below: SeededNumbers): FightInput {
  const actorId = currentParticipant(state)!.id;
  const turn = below(2) === 0 ? {} : { turn: state.turn };
  const chance = below(200);
  if (chance === 0) return { type: 'abort' };
  if (chance < 8) return { type: 'join', player: player(`j:${state.turn}`, oneOf([0, 1], below), level, below) };
  if (chance < 14) return { type: 'forfeit', actorId, reason: 'gave_up' };
  if (chance < 16) return { type: 'forfeit', actorId: oneOf(state.participants, below).id, reason: 'disconnected' };
  if (chance < 35) return { type: 'miss', actorId, ...turn };
  const action = chance < 110 ? anyAction(state, below) : chooseBotAction(state);
  return { type: 'act', actorId, ...turn, action };
}

function anyAction(state: FightState, below: SeededNumbers): FightAction {
  const { type, ...legal } = oneOf(
    legalActions(state).filter((each) => each.type !== 'flee' || below(3) === 0),
    below,
  );
  const targetIds = 'targetIds' in legal ? legal.targetIds : [];
  return {
    type,
    ...('skillId' in legal && { skillId: legal.skillId }),
    ...('itemId' in legal && { itemId: legal.itemId }),
    ...(targetIds.length > 0 && below(4) > 0 && { targetId: oneOf(targetIds, below) }),
  };
}
