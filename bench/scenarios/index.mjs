// All scenarios, in the order in which they run.
import { churn } from './churn.mjs';
import { cluster } from './cluster.mjs';
import { connect } from './connect.mjs';
import { fanOut } from './fan-out.mjs';
import { fights } from './fights.mjs';
import { idle } from './idle.mjs';
import { messages } from './messages.mjs';
import { movers } from './movers.mjs';
import { request } from './request.mjs';
import { restore } from './restore.mjs';
import { soak } from './soak.mjs';
import { twoNodes } from './two-nodes.mjs';

export const SCENARIOS = [
  fanOut,
  twoNodes,
  cluster,
  connect,
  idle,
  request,
  messages,
  fights,
  movers,
  churn,
  soak,
  restore,
];
/** The scenarios of `--quick` without names: the cost of a command, a delivery, a connection and a step. */
export const QUICK_SCENARIOS = [fanOut, twoNodes, connect, idle, request, movers];

export function scenarioNamed(name) {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (!found)
    throw new Error(`Unknown scenario '${name}'; choose from ${SCENARIOS.map((scenario) => scenario.name).join(', ')}`);
  return found;
}
