// All scenarios, in the order in which they run.
import { churn } from './churn.mjs';
import { cluster } from './cluster.mjs';
import { connect } from './connect.mjs';
import { fanOut } from './fan-out.mjs';
import { idle } from './idle.mjs';
import { messages } from './messages.mjs';
import { movers } from './movers.mjs';
import { request } from './request.mjs';
import { restore } from './restore.mjs';
import { soak } from './soak.mjs';
import { twoNodes } from './two-nodes.mjs';

export const SCENARIOS = [fanOut, twoNodes, cluster, connect, idle, request, messages, movers, churn, soak, restore];
/** What `--quick` measures where none is named: what each command, delivery, connection and step costs. */
export const QUICK_SCENARIOS = [fanOut, twoNodes, connect, idle, request, movers];

export function scenarioNamed(name) {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`There is no scenario '${name}': ${SCENARIOS.map((each) => each.name).join(', ')}`);
  return found;
}
