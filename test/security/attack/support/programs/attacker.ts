/** The program of the attacker's process: runs attacks by name concurrently, and reports how their connections ended. */
import { ATTACKS } from '../../attacks';
import type { AttackReport } from '../attack-ledger';
import type { AttackTarget } from '../raw-connection';
import { SeededRandom } from '../random';
import { type AttackingGuest, AttackContext } from '../attack-context';

export interface AttackOrder {
  readonly attacks: readonly string[];
  readonly target: AttackTarget;
  readonly ms: number;
  /** How long it waits at the end until the exceeding connections are closed. */
  readonly patienceMs: number;
  readonly seed: number;
  readonly guests: readonly AttackingGuest[];
  readonly members: readonly AttackingGuest[];
}
export type AttackReports = Readonly<Record<string, AttackReport>>;

async function runAttacks(order: AttackOrder): Promise<AttackReports> {
  const random = new SeededRandom(order.seed);
  const deadline = performance.now() + order.ms;
  const chosen = ATTACKS.filter(({ name }) => order.attacks.includes(name));
  const reports = chosen.map(async (attack): Promise<[string, AttackReport]> => {
    const stage = new AttackContext(order.target, deadline, random.fork(), order.guests, order.members);
    await attack.run(stage);
    await stage.end(order.patienceMs);
    return [attack.name, stage.ledger.report()];
  });
  return Object.fromEntries(await Promise.all(reports));
}

process.on('message', (order: AttackOrder) => void runAttacks(order).then((reports) => process.send?.(reports)));
// The parent process has exited.
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
