/** The log volume of a node while one of its services fails under load: changes of state, and counts of repeated lines. */
import { setTimeout as delay } from 'node:timers/promises';
import { closeClients } from '../support/clients/client';
import { stopServerProcesses } from '../support/servers/server';
import { LoadedFaultyNode } from '../support/faults/loaded-faulty-node';
import type { ServiceFault } from '../support/faults/faulty-services';

const CLIENTS = 20;
const BEGINNING_MS = 10_000;
const OBSERVED_MS = 30_000;
const TEN_MINUTES_MS = 600_000;
const MAX_LINES = 200;
/** The logger writes a count of repeated lines once a minute, which a run as short as this may not contain. */
const REPEAT_COUNTS_IN_TEN_MINUTES = 10;

interface LogVolume {
  /** Lines of the first seconds of the fault, and of the time after them. */
  readonly first: string[];
  readonly later: string[];
}

afterAll(async () => {
  closeClients();
  await stopServerProcesses();
});

async function measureLogVolume(fault: ServiceFault): Promise<LogVolume> {
  const node = await LoadedFaultyNode.start();
  try {
    await node.addPlayers(CLIENTS);
    const before = node.logLines.length;
    await node.injectFault(fault);
    await delay(BEGINNING_MS);
    const firstEnd = node.logLines.length;
    await delay(OBSERVED_MS);
    const { logLines } = node;
    return { first: logLines.slice(before, firstEnd), later: logLines.slice(firstEnd) };
  } finally {
    await node.stop();
  }
}

function countByKind(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const { level, context, message } = JSON.parse(line) as Record<string, string>;
    const kind = `${level} [${context}] ${message}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

describe.each<[ServiceFault, ServiceFault]>([
  ['database away', 'Redis away'],
  ['database read-only', 'Redis full'],
  ['tables locked', 'Redis refusing a right'],
])('%s, and on another node %s', (...faults) => {
  const volumes = new Map<ServiceFault, LogVolume>();

  beforeAll(async () => {
    // Waits for both: a node that fails must not leave the other one running.
    const measurements = faults.map(async (fault) => volumes.set(fault, await measureLogVolume(fault)));
    for (const outcome of await Promise.allSettled(measurements))
      if (outcome.status === 'rejected') throw outcome.reason;
  }, 150_000);

  it.each(faults)('%s: a node with 20 busy clients logs fewer than 200 lines in ten minutes', (fault) => {
    const { first = [], later = [] } = volumes.get(fault) ?? {};
    const kinds = Object.keys(countByKind([...first, ...later])).length;
    const extrapolated = (later.length * (TEN_MINUTES_MS - BEGINNING_MS)) / OBSERVED_MS;
    const lines = first.length + extrapolated + kinds * REPEAT_COUNTS_IN_TEN_MINUTES;
    const counts = { first: countByKind(first), later: countByKind(later) };
    // A silent node fails as well: it must log the fault.
    if (kinds === 0 || lines >= MAX_LINES) throw new Error(`${lines} lines in ten minutes: ${JSON.stringify(counts)}`);
  });
});
