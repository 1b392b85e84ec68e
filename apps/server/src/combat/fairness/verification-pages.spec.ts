/** Verification of fights: histories of several pages, fights that it cannot replay, and the command itself. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as rules from '@aeturnis/combat-rules';
import type { CombatHistory } from '@aeturnis/contracts';
import { historyPages, historyProblems } from '../../../../../test/support/domains/fight-histories';
import { finishedFight } from '../../../../../test/support/domains/finished-fights';
import { historyPage } from './combat-history';
import { jsonDigest } from './fight-secrets';

const root = join(__dirname, '../../../../..');
const fight = finishedFight(4, 2);
const length = fight.steps.flatMap(({ entries }) => entries).length;
const ends = [1, 2, Math.floor(length / 3), length - 5];
const pages = historyPages(fight, ends);

const changed = (page: CombatHistory, change: Partial<CombatHistory>): CombatHistory => {
  const { digest: _, ...fields } = { ...page, ...change };
  return { ...fields, digest: jsonDigest(fields) };
};

it('verification: joins pages of any length, in any order, with an empty one at the end', () => {
  expect(pages.flatMap(({ inputs }) => inputs).length).toBe(fight.steps.length - 1);
  expect(historyProblems(pages)).toEqual([]);
  expect(historyProblems([...pages].reverse())).toEqual([]);
  for (let end = 1; end < length; end++) expect(historyProblems(historyPages(fight, [end]))).toEqual([]);
  const { inputs, entries, ...last } = historyPages(fight)[0]!;
  const full = changed({ ...last, inputs, entries }, { next: length });
  expect(historyProblems([full, changed({ ...last, inputs: [], entries: [] }, {})])).toEqual([]);
});

it.each([0, 1, 2, 3, 4])(
  'verification: finds that the page at place %i is missing, or that it is given twice',
  (place) => {
    expect(historyProblems(pages.toSpliced(place, 1)).join()).toContain('pages: is a page missing');
    const twice = historyProblems([...pages, structuredClone(pages[place])]);
    expect(twice).toEqual([`pages: page ${place + 2} is the same page as page ${place + 1}, given twice`]);
  },
);

it('verification: finds a page of another fight, and two pages with their entries or inputs swapped', () => {
  const other = historyPages(finishedFight(6, 2), ends);
  for (const mixed of [pages.with(2, other[2]!), [...pages, other[4]!]])
    expect(historyProblems(mixed).join()).toMatch(/^pages: page \d belongs to another fight than page 1$/);
  const [, , third, fourth, last] = pages as [
    CombatHistory,
    CombatHistory,
    CombatHistory,
    CombatHistory,
    CombatHistory,
  ];
  const swapped = (field: 'entries' | 'inputs'): CombatHistory[] =>
    pages.with(2, changed(third, { [field]: fourth[field] })).with(3, changed(fourth, { [field]: third[field] }));
  expect(historyProblems(swapped('entries')).join()).toMatch(/pages: is a page missing/);
  expect(historyProblems(swapped('inputs')).join()).toMatch(/replay: /);
  const moved = pages
    .with(3, changed(fourth, { inputs: [...fourth.inputs, ...last.inputs] }))
    .with(4, changed(last, { inputs: [] }));
  expect(historyProblems(moved).join()).toContain('on another page than the entry');
});

it('verification: finds entries and inputs that are missing at the end, or too many', () => {
  const [page] = historyPages(fight) as [CombatHistory];
  const { entries, inputs } = page;
  expect(historyProblems([changed(page, { entries: entries.slice(0, -1) })]).join()).toContain(
    `replay: entry ${length}`,
  );
  const more = [...entries, { ...entries.at(-1)!, seq: length + 1 }];
  expect(historyProblems([changed(page, { entries: more })]).join()).toContain('end of the fight, seq');
  expect(historyProblems([changed(page, { inputs: inputs.slice(0, -1) })]).join()).toContain('end of the fight');
  const late = changed(page, { inputs: [...inputs, { type: 'abort' }] });
  expect(historyProblems([late]).join()).toContain('refused as ended');
});

it('verification: says which rules a fight needs', () => {
  const [page] = historyPages(fight) as [CombatHistory];
  expect(historyProblems([changed(page, { rulesVersion: 7 })])).toEqual([
    'rules: these are version 1, the fight was fought by version 7: verify it with that',
  ]);
  const library = { ...rules, RULE_DATA: { ...rules.RULE_DATA, numbers: {} } };
  expect(historyProblems([page], library)).toEqual([expect.stringContaining('rules: hash of the rule data: expected')]);
});

it('verification: says that the seed of a running fight is not revealed yet', () => {
  const running = historyPage({ ...fight.fight, outcome: null }, [], fight.steps[0]!.entries, null);
  expect(historyProblems([running]).join()).toContain(
    'page 1 was read before the fight had ended and its seed was revealed',
  );
});

describe('npm run combat:verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'combat-verify-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function verify(...texts: string[]): { status: number | null; stdout: string; stderr: string } {
    const files = texts.map((_, place) => `page-${place + 1}.json`);
    files.forEach((file, place) => writeFileSync(join(folder, file), texts[place]!));
    const env = { ...process.env, INIT_CWD: folder };
    return spawnSync(process.execPath, ['scripts/combat-verify.mjs', ...files], { cwd: root, encoding: 'utf8', env });
  }
  const acks = pages.map((page) => JSON.stringify({ success: true, ...page }, null, 2));

  it('verifies a history, and exits with 1 after one digit was changed', () => {
    const { status, stdout } = verify(...acks);
    expect(stdout.trim().split('\n')).toEqual([
      ...['fields', 'digests', 'pages', 'rules', 'commitment', 'replay'].map((title) => `✓ ${title}`),
      expect.stringContaining('Verified: '),
    ]);
    expect(status).toBe(0);
    const forged = verify(
      ...acks.with(
        2,
        acks[2]!.replace(/"energy": (\d)/, (_, digit) => `"energy": ${(Number(digit) + 1) % 10}`),
      ),
    );
    expect(forged.status).toBe(1);
    expect(forged.stdout).toMatch(/✗ digests: page 3, digest: expected "\w{64}", found "\w{64}"/);
    expect(forged.stdout).toMatch(/✗ replay: entry \d+, energy: expected \d+, found \d+/);
    expect(forged.stderr).toMatch(/^Not verified: /);
  });

  it('explains a call without a file, a missing file and a file that is no JSON', () => {
    const call = (...args: string[]): string =>
      spawnSync(process.execPath, ['scripts/combat-verify.mjs', ...args], { cwd: root, encoding: 'utf8' }).stderr;
    expect(call()).toContain('Usage: npm run combat:verify');
    expect(call('missing.json')).toMatch(/^Not verified: missing\.json cannot be read as JSON: ENOENT.*\n$/);
    expect(verify('{"success": tru')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('page-1.json cannot be'),
    });
  });
});
