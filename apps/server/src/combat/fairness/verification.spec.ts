/** Verification of fights: every fight is verified as it was fought, and a history with any bit flipped is not. */
import { historyPages, historyProblems } from '../../../../../test/support/domains/fight-histories';
import { finishedFight, seededNumbers } from '../../../../../test/support/domains/finished-fights';

const FIGHTS = 1_000;
const FLIPS_PER_FIGHT = 2;

const fights = Array.from({ length: FIGHTS }, (_, number) => finishedFight(number));
const texts = fights.map((fight) => JSON.stringify({ success: true, ...historyPages(fight)[0] }));

/** What is wrong with a history, as the command reads it; empty if it is verified. */
function problemsOf(bytes: Uint8Array): string[] {
  let ack: unknown;
  try {
    ack = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return [String(error)];
  }
  return historyProblems([ack]);
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  // Not slice(): that of a buffer shares its memory.
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

it('fights of this test: what can happen in a fight happens in many of them', () => {
  const counts = new Map<string, number>();
  for (const { fight, steps } of fights) {
    const inputs = steps.flatMap(({ input }) => (input ? [input] : []));
    const happened = [
      ...[fight.setup.mode, fight.outcome!.result, `${fight.setup.participants.length} participants`],
      ...inputs.map((input) => (input.type === 'act' ? `act ${input.action.type}` : input.type)),
      ...steps.flatMap(({ entries }) => entries.map((entry) => `entry ${entry.public.type}`)),
    ];
    for (const what of new Set(happened)) counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const inputs = ['act attack', 'act skill', 'act item', 'act defend', 'act flee', 'miss', 'forfeit', 'join', 'abort'];
  const entries = [
    'entry effect_damage',
    'entry stunned',
    'entry down',
    'entry flight',
    'entry reward',
    'entry joined',
  ];
  const rare: string[] = [];
  for (const what of ['duel', 'monsters', 'victory', 'aborted', '2 participants', ...inputs, ...entries])
    if ((counts.get(what) ?? 0) < 30) rare.push(what);
  expect(rare).toEqual([]);
  expect(counts.get('fled')).toBeGreaterThan(0);
  expect(counts.get('10 participants')).toBeGreaterThan(0);
});

it('verification: each of 1,000 fights is verified from the JSON of its history', () => {
  for (const text of texts) expect(historyProblems([JSON.parse(text)])).toEqual([]);
});

it('verification: in each of 1,000 histories, flipped bits are found', () => {
  const below = seededNumbers('flips');
  for (const [number, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    for (let flip = 0; flip < FLIPS_PER_FIGHT; flip++) {
      const bit = below(bytes.length * 8);
      expect({ number, bit, found: problemsOf(flipped(bytes, bit)).length > 0 }).toEqual({ number, bit, found: true });
    }
  }
});

it('verification: in a short history, any flipped bit is found', () => {
  const short = fights.flatMap(({ steps }, number) => (steps.length > 3 ? [texts[number]!] : []));
  const bytes = Buffer.from(short.reduce((shortest, text) => (text.length < shortest.length ? text : shortest)));
  expect(problemsOf(bytes)).toEqual([]);
  const missed: number[] = [];
  for (let bit = 0; bit < bytes.length * 8; bit++) if (problemsOf(flipped(bytes, bit)).length === 0) missed.push(bit);
  expect(missed).toEqual([]);
});
