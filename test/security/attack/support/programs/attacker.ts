/** What runs inside the attacker's process: attacks by name, at once, for a time; it reports what became of its lines. */
import { ATTACKS } from '../../attacks';
import type { AttackReport } from '../ledger';
import type { Target } from '../line';
import { SeededRandom } from '../random';
import { type Guest, Stage } from '../stage';

export interface AttackOrder {
  readonly attacks: readonly string[];
  readonly target: Target;
  readonly ms: number;
  /** How long it waits at the end for the lines that exceeded to be closed. */
  readonly patienceMs: number;
  readonly seed: number;
  readonly guests: readonly Guest[];
  readonly members: readonly Guest[];
}
export type AttackReports = Readonly<Record<string, AttackReport>>;

async function carryOut(order: AttackOrder): Promise<AttackReports> {
  const random = new SeededRandom(order.seed);
  const deadline = performance.now() + order.ms;
  const chosen = ATTACKS.filter(({ name }) => order.attacks.includes(name));
  const reports = chosen.map(async (attack): Promise<[string, AttackReport]> => {
    const stage = new Stage(order.target, deadline, random.fork(), order.guests, order.members);
    await attack.run(stage);
    await stage.end(order.patienceMs);
    return [attack.name, stage.ledger.report()];
  });
  return Object.fromEntries(await Promise.all(reports));
}

process.on('message', (order: AttackOrder) => void carryOut(order).then((reports) => process.send?.(reports)));
// Whoever gives the orders is gone.
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
