/** Verification of fights: a forger who changes one value of a history and recomputes its digest is found by the replay. */
import { beginFight, entryFor, type FightInput, type FightSetup, stepFight } from '@aeturnis/combat-rules';
import type { CombatHistory } from '@aeturnis/contracts';
import { historyPages, historyProblems } from '../../../../../test/support/domains/fight-histories';
import { finishedFight, seededNumbers } from '../../../../../test/support/domains/finished-fights';
import { jsonDigest, rollsFor } from './fight-secrets';

type Path = readonly (string | number)[];
type Json = Record<string | number, unknown>;

const FIGHTS = 60;
const FORGERIES_PER_PART = 2;
const PARTS = ['entries', 'inputs', 'setup', 'clientSeeds', 'outcome', 'serverSeed', 'commitment', 'sessionId'];
/** What only the replay can refute: other values may, by chance, lead to the same fight. */
const PREMISES = ['setup', 'clientSeeds', 'sessionId'];

const below = seededNumbers('forgeries');
const histories = Array.from({ length: FIGHTS }, (_, number) => historyPages(finishedFight(number))[0]!);

function leavesOf(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

/** A copy with another value at the path, and the digest that belongs to it. */
function forge(history: CombatHistory, path: Path, change: (value: unknown) => unknown): CombatHistory {
  const { digest: _, ...fields } = structuredClone(history);
  const parent = path.slice(0, -1).reduce<Json>((value, name) => value[name] as Json, fields as unknown as Json);
  parent[path.at(-1)!] = change(parent[path.at(-1)!]);
  return { ...fields, digest: jsonDigest(fields) };
}

function otherValue(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number')
    return below(2) === 0 ? value + 1 : Math.max(0, value - 1 - below(value)) + 2 * below(2);
  if (typeof value !== 'string') return 0;
  const place = below(Math.max(1, value.length));
  return value.slice(0, place) + (value[place] === '0' ? '1' : '0') + value.slice(place + 1);
}

/** Whether setup, seeds and inputs of a history lead to its entries, computed without the verifier. */
function isSameFight({ serverSeed, clientSeeds, setup, inputs, entries }: CombatHistory): boolean {
  const rolls = rollsFor(serverSeed!, clientSeeds);
  let step = beginFight(setup as FightSetup, rolls);
  const replayed = [...step.entries];
  for (const input of inputs as FightInput[]) {
    const next = stepFight(step.state, input, rolls);
    if (typeof next === 'string') return false;
    replayed.push(...next.entries);
    step = next;
  }
  return jsonDigest(replayed.map((entry) => entryFor(entry))) === jsonDigest(entries);
}

it.each(PARTS)('verification: one changed value of %s is found although the digest was recomputed', (part) => {
  let forgeries = 0;
  for (const [number, history] of histories.entries()) {
    const leaves = leavesOf(history[part as keyof CombatHistory], [part]);
    for (let count = 0; count < FORGERIES_PER_PART && leaves.length > 0; count++) {
      const path = leaves[below(leaves.length)]!;
      const forged = forge(history, path, otherValue);
      if (forged.digest === history.digest) continue;
      forgeries++;
      if (historyProblems([forged]).length > 0) continue;
      // For instance a defense that no strike has met, or one point of an attack that rounding swallows.
      expect({ number, path, isUndecidable: PREMISES.includes(part) && isSameFight(forged) }).toEqual({
        ...{ number, path, isUndecidable: true },
      });
    }
  }
  expect(forgeries).toBeGreaterThan(FIGHTS / 2);
});

it('verification: every single value of the inputs, entries and outcome of a fight is compared', () => {
  const fights = Array.from({ length: 100 }, (_, number) => historyPages(finishedFight(2 * number + 1, 1))[0]!);
  const joined = fights.filter(({ inputs }) => inputs.length > 4 && inputs.some(({ type }) => type === 'join'));
  const history = joined.reduce((shortest, each) => (each.entries.length < shortest.entries.length ? each : shortest));
  const paths = (['inputs', 'entries', 'outcome'] as const).flatMap((part) => leavesOf(history[part], [part]));
  const unnoticed = paths.filter((path) => {
    const forged = forge(history, path, otherValue);
    return forged.digest !== history.digest && historyProblems([forged]).length === 0;
  });
  expect(unnoticed).toEqual([]);
});

it('verification: finds another number for the strength, health or level of the fighters of most fights', () => {
  const names = ['level', 'health', 'maxHealth', 'attack', 'defense'];
  const halved = (value: unknown): number => Math.ceil((value as number) / 2);
  const found = names.map((name) => {
    const path = ['setup', 'participants', 0, name];
    const forged = histories.map((history) => forge(history, path, halved));
    return forged.filter(
      (history, place) => history.digest !== histories[place]!.digest && historyProblems([history]).length > 0,
    );
  });
  for (const histories of found) expect(histories.length).toBeGreaterThan(FIGHTS / 2);
});

it('verification: takes the name of a participant at the start on trust, which no entry repeats, but not the name of one that joins', () => {
  const history = histories.find(({ inputs }) => inputs.some(({ type }) => type === 'join'))!;
  const start = forge(history, ['setup', 'participants', 0, 'name'], () => 'Mallory');
  expect(historyProblems([start])).toEqual([]);
  const place = history.inputs.findIndex(({ type }) => type === 'join');
  const join = forge(history, ['inputs', place, 'player', 'name'], () => 'Mallory');
  expect(historyProblems([join])).toEqual([
    expect.stringMatching(/^replay: entry \d+, participant, name: expected "Mallory", found/),
  ]);
});

it.each<[string, Path, unknown, string]>([
  [
    'a bag',
    ['setup', 'participants', 0, 'bag'],
    { antidote: 1 },
    'participants, 0, bag: expected null, found {"antidote":1}',
  ],
  ['an unknown field of a page', ['rating'], 7, 'page 1, rating: expected nothing, found 7'],
  ['an unknown field of the setup', ['setup', 'seed'], 7, 'page 1, setup, seed: expected nothing, found 7'],
  [
    'an unknown field of a participant',
    ['setup', 'participants', 0, 'luck'],
    7,
    'participants, 0, luck: expected nothing',
  ],
  ['an unknown field of an input', ['inputs', 0, 'at'], 7, 'inputs, 0, at: expected nothing, found 7'],
  ['an unknown field of an action', ['inputs', 0, 'action', 'power'], 7, 'inputs, 0, action, power: expected nothing'],
  ['an unknown field of an entry', ['entries', 3, 'bonus'], 7, 'entry 4, bonus: expected nothing, found 7'],
  ['a target that the action does not have', ['inputs', 0, 'action', 'targetId'], 'm7', 'replay: '],
  ['a setup that no fight can have', ['setup', 'mode'], 'war', 'values: this fight cannot begin: its mode is unknown'],
  ['an input that is no object', ['inputs', 0], null, 'values: '],
  ['an ack of a request that failed', ['success'], false, 'page 1, success: expected true, found false'],
])('verification: refuses %s', (_, path, value, problem) => {
  const history = histories.find(({ inputs }) => ['defend', 'pass'].includes(inputs[0]?.action?.type ?? ''))!;
  expect(historyProblems([forge(history, path, () => value)]).join('\n')).toContain(problem);
});
