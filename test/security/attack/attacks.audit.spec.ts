/**
 * The audit: every attack for ATTACK_SECONDS against a node of its own, then all at once. Memory, closes and the latency of
 * a bystander are judged and told. `npm run audit:security` runs it; `npm test` runs the quick part beside it.
 */
import { appendFileSync } from 'node:fs';
import { stopServerProcesses } from '../../support/server';
import { ATTACKS } from './attacks';
import type { Attack } from './support/attack';
import { stopPrograms } from './support/program';
import { faultsOf, Siege, type SiegeResult } from './support/siege';

const SECONDS = Number(process.env['ATTACK_SECONDS'] ?? 60);
/** Parts of names, separated by `|`. */
const ONLY = (process.env['ATTACK_ONLY'] ?? '').split('|');
const WARM_UP_MS = Math.min(5_000, SECONDS * 500);
const LIMIT_MS = SECONDS * 1_000 + 180_000;

const MEMBERS = 20;
/** The bounds for each user are tested elsewhere: without them, a few stand for a crowd. */
const MANY_CONNECTIONS = { CONNECTIONS_PER_USER: '100', CONNECTS_PER_USER: '100000', GUEST_SHARE_PERCENT: '100' };

const named = ({ name }: Attack): boolean => ONLY.some((part) => name.includes(part));
const by = (who: Attack['by']): Attack[] => ATTACKS.filter((attack) => attack.by === who);

const ROWS: [string, readonly Attack[]][] = [
  ...ATTACKS.filter(named).map((attack): [string, Attack[]] => [attack.name, [attack]]),
  ...(ONLY.includes('') || ONLY.includes('all')
    ? ([
        ['all: everything at once, by one address', by('nobody')],
        ['all: everything at once, by 20 guests', by('guests')],
        ['all: everything at once, by both', ATTACKS],
      ] as [string, Attack[]][])
    : []),
];

afterEach(async () => {
  await stopPrograms();
  await stopServerProcesses();
});

// Jest refuses a table without rows: with ATTACK_ONLY=fuzz there is none.
const table = ROWS.length > 0 ? ROWS : [['nothing to attack with', []] as [string, Attack[]]];

it.each(table)(
  '%s',
  async (title, attacks) => {
    if (attacks.length === 0) return;
    const isBy = (who: Attack['by']): boolean => attacks.some((attack) => attack.by === who);
    const siege = await Siege.begin(
      isBy('members') ? MANY_CONNECTIONS : {},
      isBy('guests'),
      isBy('members') ? MEMBERS : 0,
    );
    try {
      const result = await siege.measure(attacks, SECONDS * 1_000, WARM_UP_MS);
      const faults = faultsOf(result);
      record(title, result, faults);
      if (!result.isAlive) throw new Error(siege.node.output.slice(-3_000));
      expect(faults).toEqual([]);
    } finally {
      await siege.end();
    }
  },
  LIMIT_MS,
);

function record(title: string, result: SiegeResult, faults: readonly string[]): void {
  const file = process.env['ATTACK_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ title, ...result, faults })}\n`);
}
