/**
 * The quick part of the audit: every attack for a moment, several at once, against one node. The node survives, closes the
 * connections that exceed a limit, answers its bystander and stays within its memory. No time is asserted:
 * `npm run audit:security` measures.
 */
import { stopServerProcesses } from '../../support/servers/server';
import { ATTACKS } from './attacks';
import { stopAttackProcesses } from './support/attack-process';
import type { AttackReports } from './support/programs/attacker';
import type { BystanderReport } from './support/programs/bystander';
import { AttackHarness } from './support/attack-harness';

const GROUP = 12;
const ATTACK_MS = 1_500;
/** Long enough for a busy machine. The audit measures how soon connections are closed. */
const PATIENCE_MS = 10_000;
const LIMIT_MS = 120_000;
const MEMBERS = 3;
/** A heap of 256 MB, and memory outside of it. */
const MAX_RSS_MB = 600;

const groups = Array.from({ length: Math.ceil(ATTACKS.length / GROUP) }, (_, n) => {
  const attacks = ATTACKS.slice(n * GROUP, (n + 1) * GROUP);
  return [`${attacks[0]?.name ?? ''} … ${attacks.at(-1)?.name ?? ''}`, attacks] as const;
});

let harness: AttackHarness;
beforeAll(async () => (harness = await AttackHarness.start({}, true, MEMBERS)), LIMIT_MS);
afterAll(async () => {
  await harness.stop();
  await stopAttackProcesses();
  await stopServerProcesses();
}, LIMIT_MS);

it.each(groups)(
  'a node under attack survives, closes attackers and answers bystanders: %s',
  async (_, attacks) => {
    // A dead node never answers, so the attack would only wait for it.
    expectAlive();
    await harness.report();
    const reports = await harness.attack(attacks, ATTACK_MS, PATIENCE_MS);
    expectAlive();
    const bystander = await harness.report();
    expect([...faultsOfNode(), ...faultsOfAttacks(reports), ...faultsForBystander(bystander)]).toEqual([]);
  },
  LIMIT_MS,
);

function expectAlive(): void {
  if (!harness.node.isAlive) throw new Error(`the node died, now or earlier: ${harness.node.output.slice(-1_000)}`);
}

const faultsOfNode = (): string[] =>
  harness.node.peakMb < MAX_RSS_MB ? [] : [`the node held ${harness.node.peakMb} MB`];

const faultsOfAttacks = (reports: AttackReports): string[] =>
  Object.entries(reports).flatMap(([name, { exceeded, standing, violations }]) => [
    ...(standing > 0 ? [`${standing} of ${exceeded} were never closed: ${name}`] : []),
    ...violations.map((violation) => `${violation}: ${name}`),
  ]);

const faultsForBystander = ({ live, ping, connect }: BystanderReport): string[] =>
  Object.entries({ live, ping, connect })
    .filter(([, { failed }]) => failed > 0)
    .map(([probe, { answered, failed }]) => `the bystander's ${probe} failed ${failed} times of ${answered + failed}`);
