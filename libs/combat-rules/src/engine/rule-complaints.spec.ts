/**
 * Complaints about the rules and the random numbers of turn-based games, as tests: each title begins with the public report
 * it comes from (PS Pokémon Showdown).
 */
import { createHmac } from 'node:crypto';
import { canonicalJson } from '../canonical-json';
import { stepAction, anna, begin, ben, done, entriesOf, beginHunt } from '../../../../test/support/domains/fights';
import { finishedFight, seededNumbers } from '../../../../test/support/domains/finished-fights';
import { AddressedRolls, type Rolls } from '../rolls';
import { playFight, simulatedPlayer } from '../simulation/simulate';
import { beginFight, type FightInput, stepFight } from './fight';
import type { FightEntry } from './entries';
import type { ParticipantSetup, PlayerSetup } from './state';

const FIGHTS = 400;
const rollsOf = (seed: string): Rolls =>
  new AddressedRolls(seed, (address) => createHmac('sha256', seed).update(address).digest());
const twins = (bags: readonly PlayerSetup['bag'][] = [{}, {}]): PlayerSetup[] =>
  bags.map((bag, side) => ({ ...simulatedPlayer(`twin${side}`, side === 0 ? 0 : 1, 'mage', 10), bag }));
const firstOf = (participants: readonly ParticipantSetup[], rolls: Rolls): string | undefined =>
  beginFight({ mode: 'duel', participants }, rolls).state.queue[0];

it('PS#5048: the order of a round reveals nothing that is hidden', () => {
  for (let number = 0; number < FIGHTS; number++) {
    const rolls = rollsOf(`order ${number}`);
    const orders = [twins(), twins([{ healing_potion: 3 }, { smoke_bomb: 1 }])].map((participants) =>
      entriesOf(beginFight({ mode: 'duel', participants }, rolls), 'round'),
    );
    expect(orders[0]).toEqual(orders[1]);
  }
});

it('PS#6319, PS#2120: ties are decided by rolls that can be verified, for each side alike', () => {
  const firsts = Array.from({ length: FIGHTS }, (_, number) => firstOf(twins(), rollsOf(`tie ${number}`)));
  const share = firsts.filter((id) => id === 'twin0').length / FIGHTS;
  expect(share).toBeGreaterThan(0.4);
  expect(share).toBeLessThan(0.6);
  expect(firsts).toEqual(Array.from({ length: FIGHTS }, (_, number) => firstOf(twins(), rollsOf(`tie ${number}`))));
  // With equal rolls as well, who joined first.
  expect(firstOf(twins(), { below: () => 0 })).toBe('twin0');
});

it('wesnoth#4667: nothing is rolled after the end of a fight, whatever is sent', () => {
  const { state } = playFight('duel', twins(), rollsOf('end'));
  const noRolls: Rolls = {
    below: () => {
      throw new Error('a roll after the end');
    },
  };
  const inputs: FightInput[] = [
    { type: 'act', actorId: 'twin0', action: { type: 'attack' } },
    { type: 'miss', actorId: 'twin0' },
    { type: 'forfeit', actorId: 'twin1', reason: 'disconnected' },
    { type: 'join', player: { ...simulatedPlayer('late', 0, 'mage', 10) } },
    { type: 'abort' },
  ];
  for (const input of inputs) expect(stepFight(state, input, noRolls)).toBe('ended');
});

it('wesnoth#9561: a replay equals the log, entry by entry', () => {
  for (let number = 0; number < 100; number++) {
    const { fight, steps } = finishedFight(number);
    const again = finishedFight(number);
    expect(again).toEqual({ fight, steps });
    expect(steps.flatMap(({ entries }) => entries).map(({ seq }) => seq)).toEqual(
      Array.from({ length: steps.reduce((sum, { entries }) => sum + entries.length, 0) }, (_, index) => index + 1),
    );
  }
});

it('wesnoth#9561: an action that is refused, or taken from an earlier state, changes no later roll', () => {
  const state = begin(anna(), ben());
  const before = canonicalJson(state);
  const first = done(state, { type: 'attack' }, rollsOf('undo'));
  expect(stepAction(state, { type: 'skill', skillId: 'heal' }, rollsOf('undo'))).toBe('unknown_skill');
  done(state, { type: 'defend' }, rollsOf('undo'));
  expect(canonicalJson(state)).toBe(before);
  expect(done(state, { type: 'attack' }, rollsOf('undo'))).toEqual(first);
});

it('widelands#4816: neither the order of fields nor a journey through JSON changes a fight', () => {
  for (let number = 0; number < 50; number++) {
    const below = seededNumbers(`fields ${number}`);
    const shuffled = <T>(value: T): T => shuffleFields(value, below);
    const participants: ParticipantSetup[] = twins([
      { healing_potion: 2, antidote: 1, throwing_knife: 1 },
      { smoke_bomb: 1, energy_tonic: 2 },
    ]);
    const rolls = rollsOf(`fields ${number}`);
    const inputs: FightInput[] = [];
    const entries: FightEntry[] = [];
    let steps = 0;
    let current = beginFight({ mode: 'duel', participants: shuffled(participants) }, rolls);
    const { state } = playFight('duel', participants, rolls, (step) => void entries.push(...step.entries));
    for (const { public: known } of entries)
      if (known.type === 'action') {
        const { actorId, action: type, targetId, skillId, itemId } = known;
        inputs.push({ type: 'act', actorId, action: definedOf({ type, targetId, skillId, itemId }) });
      }
    for (const input of inputs) {
      const next = stepFight(shuffled(current.state), shuffled(input), rolls);
      if (typeof next === 'string') throw new Error(`refused: ${next}`);
      current = next;
      steps++;
    }
    expect(steps).toBeGreaterThan(0);
    expect(canonicalJson(current.state)).toBe(canonicalJson(state));
  }
});

const definedOf = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;

/** An equal value whose objects have their fields in another order. */
function shuffleFields<T>(value: T, below: (bound: number) => number): T {
  if (Array.isArray(value)) return value.map((item: unknown) => shuffleFields(item, below)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [below(1_000), name, field] as const);
  fields.sort(([one], [other]) => one - other);
  return Object.fromEntries(fields.map(([, name, field]) => [name, shuffleFields(field, below)])) as T;
}

it('PS#10162: a fight by other rules is not continued with the present ones', () => {
  const state = { ...beginHunt(), rulesVersion: 0 };
  expect(stepAction(state, { type: 'attack' })).toBe('other_rules_version');
});
