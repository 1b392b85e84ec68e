/**
 * The quick part of the audit: every attack for a moment, several at once, against one node. It is alive afterwards, has
 * closed everybody who exceeded, has answered its bystanders, and holds no more memory than it may. No time is asserted:
 * `npm run audit:security` measures.
 */
import { stopServerProcesses } from '../../support/server';
import { ATTACKS } from './attacks';
import { stopPrograms } from './support/program';
import type { AttackReports } from './support/programs/attacker';
import type { BystanderReport } from './support/programs/bystander';
import { Siege } from './support/siege';

const GROUP = 12;
const ATTACK_MS = 1_500;
/** Long enough for a busy machine: when they are closed is measured by the audit. */
const PATIENCE_MS = 10_000;
const LIMIT_MS = 120_000;
const MEMBERS = 3;
/** A heap of 256 MB, and what lies outside of it. */
const MAX_RSS_MB = 600;

const groups = Array.from({ length: Math.ceil(ATTACKS.length / GROUP) }, (_, n) => {
  const attacks = ATTACKS.slice(n * GROUP, (n + 1) * GROUP);
  return [`${attacks[0]?.name ?? ''} … ${attacks.at(-1)?.name ?? ''}`, attacks] as const;
});

let siege: Siege;
beforeAll(async () => (siege = await Siege.begin({}, true, MEMBERS)), LIMIT_MS);
afterAll(async () => {
  await siege.end();
  await stopPrograms();
  await stopServerProcesses();
}, LIMIT_MS);

it.each(groups)(
  'a node under attack lives, closes attackers and answers others: %s',
  async (_, attacks) => {
    // A dead node answers nobody: what follows would only wait for it.
    expectAlive();
    await siege.report();
    const reports = await siege.attack(attacks, ATTACK_MS, PATIENCE_MS);
    expectAlive();
    const bystander = await siege.report();
    expect([...faultsOfNode(), ...faultsOfAttacks(reports), ...faultsForBystander(bystander)]).toEqual([]);
  },
  LIMIT_MS,
);

function expectAlive(): void {
  if (!siege.node.isAlive) throw new Error(`the node died, now or earlier: ${siege.node.output.slice(-1_000)}`);
}

const faultsOfNode = (): string[] => (siege.node.peakMb < MAX_RSS_MB ? [] : [`the node held ${siege.node.peakMb} MB`]);

const faultsOfAttacks = (reports: AttackReports): string[] =>
  Object.entries(reports).flatMap(([name, { exceeded, standing, violations }]) => [
    ...(standing > 0 ? [`${standing} of ${exceeded} were never closed: ${name}`] : []),
    ...violations.map((violation) => `${violation}: ${name}`),
  ]);

const faultsForBystander = ({ live, ping, connect }: BystanderReport): string[] =>
  Object.entries({ live, ping, connect })
    .filter(([, { failed }]) => failed > 0)
    .map(([probe, { answered, failed }]) => `the bystander's ${probe} failed ${failed} times of ${answered + failed}`);
