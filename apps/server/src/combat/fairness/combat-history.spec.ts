/** The public history: what is on a page, and what never is. */
import { beginFight, type FightInput, type FightSetup, stepFight } from '@aeturnis/combat-rules';
import { historyPage, publicInput, publicSetup, type RecordedFight } from './combat-history';
import { commitmentTo, jsonDigest, rollsFor, RULE_DATA_HASH } from './fight-secrets';

const SEED = '5e'.repeat(32);
const identity = {
  side: 0,
  level: 5,
  class: 'warrior',
  health: 100,
  maxHealth: 120,
  attack: 200,
  defense: 90,
} as const;
const anna = { id: 'anna', name: 'Anna', ...identity, bag: { healing_potion: 3 } };
const ben = { id: 'ben', name: 'Ben', ...identity, bag: { throwing_knife: 41 } };
const rat = { id: 'rat', side: 1, name: 'Rat', level: 5, monster: 'rat' } as const;
const setup: FightSetup = { mode: 'monsters', participants: [anna, rat] };
const outcome = { result: 'aborted', winningSide: null } as const;
const fight: RecordedFight = {
  ...{ sessionId: 'fight', rulesVersion: 1, dataHash: RULE_DATA_HASH, commitment: commitmentTo(SEED) },
  ...{ clientSeeds: { anna: 'a0' }, setup, outcome, serverSeed: SEED },
};
const inputs: FightInput[] = [
  { type: 'act', actorId: 'anna', action: { type: 'item', itemId: 'healing_potion', targetId: 'anna' } },
  { type: 'join', player: ben },
  { type: 'abort' },
];

function play(): ReturnType<typeof historyPage> {
  const rolls = rollsFor(SEED, fight.clientSeeds);
  let step = beginFight(setup, rolls);
  const entries = [...step.entries];
  for (const input of inputs) {
    const next = stepFight(step.state, input, rolls);
    if (typeof next === 'string') throw new Error(next);
    entries.push(...next.entries);
    step = next;
  }
  return historyPage(fight, inputs, entries, null);
}

it('historyPage: holds everything public of a finished fight, and the digest of all other fields', () => {
  const { digest, ...page } = play();
  expect(digest).toBe(jsonDigest(page));
  expect(JSON.parse(JSON.stringify(page))).toEqual(page);
  expect(page).toMatchObject({ ...fight, setup: { mode: 'monsters', participants: [{ ...anna, bag: null }, rat] } });
  expect(page.entries.map(({ seq }) => seq)).toEqual(page.entries.map((_, place) => place + 1));
  expect(page.entries.at(-1)).toMatchObject({ type: 'ended', result: 'aborted' });
});

it('historyPage: holds nothing of a bag', () => {
  const text = JSON.stringify(play());
  expect(text).toContain('"itemId":"healing_potion"');
  expect(text).not.toMatch(/remaining|throwing_knife|"bag":[^n]/);
});

it('historyPage: reveals neither seed nor outcome of a fight that has not ended', () => {
  const page = historyPage({ ...fight, outcome: null }, [], [], 12);
  expect(page).toMatchObject({ outcome: null, serverSeed: null, next: 12, entries: [], inputs: [] });
  expect(JSON.stringify(page)).not.toContain(SEED);
});

it('publicSetup: hides the bags and fields that it does not know', () => {
  const [player, monster] = [anna, rat].map((each) => ({ ...each, account: 'secret' }));
  const hidden = publicSetup({ ...setup, participants: [player!, monster!] });
  expect(hidden).toEqual({ mode: 'monsters', participants: [{ ...anna, bag: null }, rat] });
});

it.each<[FightInput, FightInput]>([
  [{ type: 'abort' }, { type: 'abort' }],
  [
    { type: 'miss', actorId: 'anna', turn: 3 },
    { type: 'miss', actorId: 'anna', turn: 3 },
  ],
  [
    { type: 'forfeit', actorId: 'anna', reason: 'gave_up' },
    { type: 'forfeit', actorId: 'anna', reason: 'gave_up' },
  ],
  [
    { type: 'join', player: ben },
    { type: 'join', player: { ...ben, bag: null } },
  ],
])('publicInput: copies %j without private fields', (input, expected) => {
  const recorded = { ...input, account: 'secret' };
  expect(publicInput(recorded)).toEqual(expected);
});

const all = { targetId: 'ben', skillId: 'x', itemId: 'y' };
it.each([
  [
    { ...all, type: 'attack' },
    { type: 'attack', targetId: 'ben' },
  ],
  [{ type: 'attack' }, { type: 'attack' }],
  [{ ...all, type: 'defend' }, { type: 'defend' }],
  [{ ...all, type: 'flee' }, { type: 'flee' }],
  [
    { ...all, type: 'item', itemId: 'antidote' },
    { type: 'item', itemId: 'antidote', targetId: 'ben' },
  ],
  [
    { ...all, type: 'skill', skillId: 'heal' },
    { type: 'skill', skillId: 'heal', targetId: 'ben' },
  ],
  [
    { ...all, type: 'skill', skillId: 'cleave' },
    { type: 'skill', skillId: 'cleave' },
  ],
] as const)('publicInput: of the action %j, keeps what the action uses', (action, used) => {
  expect(publicInput({ type: 'act', actorId: 'anna', turn: 3, action })).toEqual({
    ...{ type: 'act', actorId: 'anna', turn: 3, action: used },
  });
});
