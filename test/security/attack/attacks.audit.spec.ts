/**
 * The audit: every attack for ATTACK_SECONDS against a node of its own, then all at once. It asserts and records memory,
 * closes and the latency of a bystander. `npm run audit:security` runs it; `npm test` runs the quick part.
 */
import { appendFileSync } from 'node:fs';
import { stopServerProcesses } from '../../support/servers/server';
import { ATTACKS } from './attacks';
import type { Attack } from './support/attack';
import { stopAttackProcesses } from './support/attack-process';
import { faultsOf, AttackHarness, type AttackMeasurement } from './support/attack-harness';

const SECONDS = Number(process.env['ATTACK_SECONDS'] ?? 60);
/** Parts of names, separated by `|`. */
const ONLY = (process.env['ATTACK_ONLY'] ?? '').split('|');
const WARM_UP_MS = Math.min(5_000, SECONDS * 500);
const LIMIT_MS = SECONDS * 1_000 + 180_000;

const MEMBERS = 20;
/** Limits per user are tested elsewhere. Without them, a few users stand in for many. */
const MANY_CONNECTIONS = { CONNECTIONS_PER_USER: '100', CONNECTS_PER_USER: '100000', GUEST_SHARE_PERCENT: '100' };

const named = ({ name }: Attack): boolean => ONLY.some((part) => name.includes(part));
const attacksBy = (kind: Attack['by']): Attack[] => ATTACKS.filter((attack) => attack.by === kind);

const ROWS: [string, readonly Attack[]][] = [
  ...ATTACKS.filter(named).map((attack): [string, Attack[]] => [attack.name, [attack]]),
  ...(ONLY.includes('') || ONLY.includes('all')
    ? ([
        ['all: everything at once, by one address', attacksBy('nobody')],
        ['all: everything at once, by 20 guests', attacksBy('guests')],
        ['all: everything at once, by both', ATTACKS],
      ] as [string, Attack[]][])
    : []),
];

afterEach(async () => {
  await stopAttackProcesses();
  await stopServerProcesses();
});

// Jest refuses an empty table, which ATTACK_ONLY=fuzz would leave.
const table = ROWS.length > 0 ? ROWS : [['no attack is selected', []] as [string, Attack[]]];

it.each(table)(
  '%s',
  async (title, attacks) => {
    if (attacks.length === 0) return;
    const isBy = (kind: Attack['by']): boolean => attacks.some((attack) => attack.by === kind);
    const harness = await AttackHarness.start(
      isBy('members') ? MANY_CONNECTIONS : {},
      isBy('guests'),
      isBy('members') ? MEMBERS : 0,
    );
    try {
      const result = await harness.measure(attacks, SECONDS * 1_000, WARM_UP_MS);
      const faults = faultsOf(result);
      record(title, result, faults);
      if (!result.isAlive) throw new Error(harness.node.output.slice(-3_000));
      expect(faults).toEqual([]);
    } finally {
      await harness.stop();
    }
  },
  LIMIT_MS,
);

function record(title: string, result: AttackMeasurement, faults: readonly string[]): void {
  const file = process.env['ATTACK_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ title, ...result, faults })}\n`);
}
