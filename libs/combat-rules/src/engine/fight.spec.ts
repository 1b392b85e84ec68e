/** Properties of every fight: bounds, order, termination, one end, no change by what is refused, and exact replay. */
import { createHmac } from 'node:crypto';
import { fc } from '../../../../test/support/properties';
import { type ClassId, CLASSES } from '../rules/classes';
import { ITEMS } from '../rules/items';
import { type MonsterKind, MONSTERS } from '../rules/monsters';
import { ENERGY, MAX_ROUNDS } from '../rules/numbers';
import { SKILLS } from '../rules/skills';
import { AddressedRolls, type Rolls } from '../rolls';
import { simulatedPlayer } from '../simulation/simulate';
import { type FightEntry } from './entries';
import { beginFight, type FightInput, type FightStep, stepFight } from './fight';
import { legalActions } from './legal-actions';
import { currentParticipant, type FightSetup, type FightState } from './state';

const rollsOf = (fight: string): Rolls =>
  new AddressedRolls(fight, (address) => createHmac('sha256', 'key').update(address).digest());

const classId = fc.constantFrom(...(Object.keys(CLASSES) as ClassId[]));
const monsterKind = fc.constantFrom(...(Object.keys(MONSTERS) as MonsterKind[]));
const level = fc.integer({ min: 1, max: 100 });
const usable = Object.entries(ITEMS).flatMap(([id, item]) => ('use' in item ? [id] : []));
const bag = fc.dictionary(fc.constantFrom(...usable), fc.integer({ min: 1, max: 3 }), { maxKeys: 4 });

const player = (id: string, side: 0 | 1) =>
  fc.tuple(classId, level, bag, fc.integer({ min: 1, max: 100 })).map(([kind, at, items, percent]) => {
    const base = simulatedPlayer(id, side, kind, at);
    const health = Math.max(1, Math.floor((base.maxHealth * percent) / 100));
    return { ...base, health, bag: items };
  });
const monster = (id: string) =>
  fc.tuple(monsterKind, level).map(([kind, at]) => ({ id, side: 1 as const, name: kind, level: at, monster: kind }));
const side = <T>(size: number, make: (number: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.tuple(...Array.from({ length: size }, (_, number) => make(number)));
const size = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.constant(8) },
);

const duel = fc.tuple(size, size).chain(([left, right]) =>
  fc
    .tuple(
      side(left, (n) => player(`p${n}`, 0)),
      side(right, (n) => player(`q${n}`, 1)),
    )
    .map(([one, other]): FightSetup => ({ mode: 'duel', participants: [...one, ...other] })),
);
const hunt = fc.tuple(size, size).chain(([left, right]) =>
  fc
    .tuple(
      side(left, (n) => player(`p${n}`, 0)),
      side(right, (n) => monster(`m${n}`)),
    )
    .map(([one, other]): FightSetup => ({ mode: 'monsters', participants: [...one, ...other] })),
);
const setup = fc.oneof(duel, hunt);

/** Numbers that choose what happens: mostly legal actions, sometimes a missed turn, giving up, or nonsense. */
const choices = fc.array(fc.nat(999), { minLength: 60, maxLength: 60 });

interface Played {
  readonly steps: FightStep[];
  readonly inputs: FightInput[];
}

function play(fightSetup: FightSetup, numbers: readonly number[], rolls: Rolls): Played {
  const steps = [beginFight(fightSetup, rolls)];
  const inputs: FightInput[] = [];
  for (let turn = 0; ; turn++) {
    const { state } = steps.at(-1)!;
    if (state.outcome) return { steps, inputs };
    const input = choose(state, (numbers[turn % numbers.length] ?? 0) + turn);
    const next = stepFight(state, input, rolls);
    if (typeof next === 'string') {
      if (input.type === 'join')
        steps.push(stepFight(state, { type: 'miss', actorId: currentParticipant(state)!.id }, rolls) as FightStep);
      if (input.type === 'join') inputs.push({ type: 'miss', actorId: currentParticipant(state)!.id });
      continue;
    }
    inputs.push(input);
    steps.push(next);
  }
}

function choose(state: FightState, number: number): FightInput {
  const actorId = currentParticipant(state)!.id;
  if (number % 23 === 0) return { type: 'miss', actorId };
  if (number % 61 === 0) {
    const others = state.participants.filter(({ isMonster, status }) => !isMonster && status === 'fighting');
    return { type: 'forfeit', actorId: others.at(-1)!.id, reason: 'disconnected' };
  }
  if (number % 29 === 0)
    return { type: 'join', player: simulatedPlayer(`late${number}`, 0, 'ranger', 1 + (number % 100)) };
  if (number % 97 === 0) return { type: 'forfeit', actorId, reason: 'gave_up' };
  const legal = legalActions(state);
  const action = legal[number % (legal.length - (number % 5 === 0 ? 0 : 1))] ?? { type: 'pass' as const };
  const targetIds = 'targetIds' in action ? action.targetIds : [];
  const targetId = targetIds[number % Math.max(1, targetIds.length)];
  return { type: 'act', actorId, action: { ...action, ...(targetId !== undefined && { targetId }) } };
}

const entriesOf = ({ steps }: Played): FightEntry[] => steps.flatMap(({ entries }) => entries);

describe('every fight', () => {
  it('keeps health, energy, items and cooldowns within their bounds, in whole numbers', () => {
    fc.assert(
      fc.property(setup, choices, (fightSetup, numbers) => {
        for (const { state } of play(fightSetup, numbers, rollsOf('bounds')).steps)
          for (const one of state.participants) {
            const counts = [...Object.values(one.bag ?? {}), ...Object.values(one.cooldowns)];
            const amounts = one.effects.flatMap(({ turns, amount }) => [turns, amount]);
            for (const number of [one.health, one.energy, ...counts, ...amounts]) {
              expect(Number.isSafeInteger(number)).toBe(true);
              expect(number).toBeGreaterThanOrEqual(0);
            }
            expect(one.health).toBeLessThanOrEqual(one.maxHealth);
            expect(one.energy).toBeLessThanOrEqual(ENERGY.max);
            expect(one.health === 0).toBe(one.status === 'down');
          }
      }),
    );
  });

  it('ends within its rounds, exactly once, and nothing but rewards follows', () => {
    fc.assert(
      fc.property(setup, choices, (fightSetup, numbers) => {
        const played = play(fightSetup, numbers, rollsOf('end'));
        const types = entriesOf(played).map((entry) => entry.public.type);
        const { state } = played.steps.at(-1)!;
        expect(types.filter((type) => type === 'ended')).toHaveLength(1);
        expect(types.slice(types.indexOf('ended') + 1).every((type) => type === 'reward')).toBe(true);
        expect(state.round).toBeLessThanOrEqual(MAX_ROUNDS);
        expect(stepFight(state, { type: 'abort' }, rollsOf('end'))).toBe('ended');
        const fighting = new Set(
          state.participants.filter(({ status }) => status === 'fighting').map((one) => one.side),
        );
        if (state.outcome?.result === 'victory') expect([...fighting]).toEqual([state.outcome.winningSide]);
        else if (state.round < MAX_ROUNDS) expect(fighting.size).toBeLessThan(2);
      }),
    );
  });

  it('numbers its entries without gaps and its turns in ascending order', () => {
    fc.assert(
      fc.property(setup, choices, (fightSetup, numbers) => {
        const played = play(fightSetup, numbers, rollsOf('numbers'));
        const entries = entriesOf(played);
        expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
        expect(played.steps.at(-1)!.state.seq).toBe(entries.length);
        for (const [index, { turn }] of entries.entries())
          expect(turn).toBeGreaterThanOrEqual(entries[index - 1]?.turn ?? 0);
      }),
    );
  });

  it('lets each participant act at most once in a round, and only while it fights', () => {
    fc.assert(
      fc.property(setup, choices, (fightSetup, numbers) => {
        let acted = new Set<string>();
        const down = new Set<string>();
        for (const { public: entry } of entriesOf(play(fightSetup, numbers, rollsOf('order')))) {
          if (entry.type === 'round') acted = new Set();
          if (entry.type === 'down') down.add(entry.targetId);
          if (entry.type !== 'action') continue;
          expect(acted.has(entry.actorId)).toBe(false);
          expect(down.has(entry.actorId)).toBe(false);
          acted.add(entry.actorId);
        }
      }),
    );
  });

  it('is replayed exactly by its setup, inputs and rolls, from states that went through JSON', () => {
    fc.assert(
      fc.property(setup, choices, (fightSetup, numbers) => {
        const played = play(fightSetup, numbers, rollsOf('replay'));
        const rolls = rollsOf('replay');
        let current = beginFight(JSON.parse(JSON.stringify(fightSetup)) as FightSetup, rolls);
        const entries = [...current.entries];
        for (const input of played.inputs) {
          current = stepFight(JSON.parse(JSON.stringify(current.state)) as FightState, input, rolls) as FightStep;
          entries.push(...current.entries);
        }
        expect(entries).toEqual(entriesOf(played));
        expect(current.state).toEqual(played.steps.at(-1)!.state);
      }),
    );
  });

  it('changes no state that it was given', () => {
    fc.assert(
      fc.property(setup, choices, (fightSetup, numbers) => {
        const { steps, inputs } = play(fightSetup, numbers, rollsOf('frozen'));
        for (const [index, input] of inputs.entries()) {
          const before = JSON.stringify(steps[index]?.state);
          stepFight(steps[index]!.state, input, rollsOf('frozen'));
          expect(JSON.stringify(steps[index]?.state)).toBe(before);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('shows the same to all who only watch, whatever is in the bags', () => {
    fc.assert(
      fc.property(setup, choices, bag, (fightSetup, numbers, otherBag) => {
        const played = play(fightSetup, numbers, rollsOf('hidden'));
        const used = entriesOf(played).flatMap(({ public: entry }) => (entry.type === 'action' && entry.itemId) || []);
        const enough = Object.fromEntries(used.map((itemId) => [itemId, used.length]));
        const participants = fightSetup.participants.map((one) =>
          'bag' in one ? { ...one, bag: { ...otherBag, ...enough } } : one,
        );
        const rolls = rollsOf('hidden');
        let current = beginFight({ ...fightSetup, participants }, rolls);
        const seen = [current.entries];
        for (const input of played.inputs)
          seen.push((current = stepFight(current.state, input, rolls) as FightStep).entries);
        const watched = (entries: readonly FightEntry[]) =>
          JSON.stringify(entries.map(({ private: _, ...known }) => known));
        expect(watched(seen.flat())).toBe(watched(entriesOf(played)));
      }),
    );
  });
});

describe('legalActions', () => {
  it('lists what is accepted: each of them, and no skill or item besides', () => {
    fc.assert(
      fc.property(setup, choices, (fightSetup, numbers) => {
        const { steps } = play(fightSetup, numbers, rollsOf('legal'));
        const { state } = steps[Math.floor(steps.length / 2)]!;
        const actorId = currentParticipant(state)?.id;
        if (actorId === undefined) return;
        const legal = legalActions(state);
        const accepts = (action: object): boolean =>
          typeof stepFight(state, { type: 'act', actorId, action: action as never }, rollsOf('legal')) !== 'string';
        for (const action of legal) {
          const targetIds = 'targetIds' in action && action.targetIds.length > 0 ? action.targetIds : [undefined];
          for (const targetId of targetIds) expect(accepts({ ...action, targetId })).toBe(true);
        }
        const skills = legal.flatMap((action) => ('skillId' in action ? [action.skillId as string] : []));
        for (const skillId of Object.keys(SKILLS))
          expect(accepts({ type: 'skill', skillId })).toBe(skills.includes(skillId));
        const items = legal.flatMap((action) => ('itemId' in action ? [action.itemId as string] : []));
        for (const itemId of Object.keys(ITEMS)) expect(accepts({ type: 'item', itemId })).toBe(items.includes(itemId));
      }),
    );
  });
});
