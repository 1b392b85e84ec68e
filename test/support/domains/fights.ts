/** Small fights, and steps in them, for tests of the rules. */
import type { FightAction } from '../../../libs/combat-rules/src/engine/actions';
import type { PublicEntry } from '../../../libs/combat-rules/src/engine/entries';
import { beginFight, type FightStep, stepFight } from '../../../libs/combat-rules/src/engine/fight';
import {
  currentParticipant,
  type FightMode,
  type FightState,
  type PlayerSetup,
} from '../../../libs/combat-rules/src/engine/state';
import type { Rolls } from '../../../libs/combat-rules/src/rolls';
import { simulatedPlayer } from '../../../libs/combat-rules/src/simulation/simulate';

/** Every roll has the middle of its range: strikes hit, none is critical, and damage does not vary. */
export const middle: Rolls = { below: (bound) => (bound - (bound % 2)) / 2 };
export const lowest: Rolls = { below: () => 0 };

export const anna = (over: Partial<PlayerSetup> = {}): PlayerSetup => ({
  ...simulatedPlayer('anna', 0, 'mage', 10),
  ...over,
});
export const ben = (over: Partial<PlayerSetup> = {}): PlayerSetup => ({
  ...simulatedPlayer('ben', 1, 'warrior', 10),
  ...over,
});

export const begin = (one = anna(), other = ben(), mode: FightMode = 'duel'): FightState =>
  beginFight({ mode, participants: [one, other] }, middle).state;

export const stepAction = (state: FightState, action: FightAction, rolls = middle) =>
  stepFight(state, { type: 'act', actorId: currentParticipant(state)!.id, action }, rolls);

export function done(state: FightState, action: FightAction, rolls = middle): FightStep {
  const next = stepAction(state, action, rolls);
  if (typeof next === 'string') throw new Error(`refused: ${next}`);
  return next;
}

/** Lets the others pass until it is this participant's turn. */
export function turnOf(state: FightState, id: string): FightState {
  let current = state;
  while (currentParticipant(current)?.id !== id) current = done(current, { type: 'pass' }).state;
  return current;
}

export const entriesOf = <Type extends PublicEntry['type']>({ entries }: FightStep, type: Type) =>
  entries.flatMap(({ public: entry }) => (entry.type === type ? [entry as Extract<PublicEntry, { type: Type }>] : []));

export const ratSetups = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    id: `rat${number}`,
    side: 1 as const,
    name: 'rat',
    level: 10,
    monster: 'rat' as const,
  }));

export const beginHunt = (count = 2): FightState =>
  beginFight({ mode: 'monsters', participants: [anna(), ...ratSetups(count)] }, middle).state;
