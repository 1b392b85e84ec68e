/** What a node logs while one of its services is in trouble and its clients go on: changes of state, and sums of what repeats. */
import { setTimeout as delay } from 'node:timers/promises';
import { closeClients } from '../support/client';
import { stopServerProcesses } from '../support/server';
import { TroubledNode } from '../support/troubled-node';
import type { Trouble } from '../support/troubled-services';

const CLIENTS = 20;
const BEGINNING_MS = 10_000;
const WATCHED_MS = 30_000;
const TEN_MINUTES_MS = 600_000;
const MOST_LINES = 200;
/** The logger sums up once a minute, which a run as short as this one may not see. */
const SUMS_IN_TEN_MINUTES = 10;

interface Volume {
  /** Lines of the first seconds of the trouble, and of the time after that. */
  readonly beginning: string[];
  readonly later: string[];
}

afterAll(async () => {
  closeClients();
  await stopServerProcesses();
});

async function volumeIn(trouble: Trouble): Promise<Volume> {
  const node = await TroubledNode.start();
  try {
    await node.play(CLIENTS);
    const before = node.lines.length;
    await node.spoil(trouble);
    await delay(BEGINNING_MS);
    const begun = node.lines.length;
    await delay(WATCHED_MS);
    const { lines } = node;
    return { beginning: lines.slice(before, begun), later: lines.slice(begun) };
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

describe.each<[Trouble, Trouble]>([
  ['database away', 'Redis away'],
  ['database read-only', 'Redis full'],
  ['tables locked', 'Redis refusing a right'],
])('%s, and on another node %s', (...troubles) => {
  const volumes = new Map<Trouble, Volume>();

  beforeAll(async () => {
    // One node that fails must not leave the other one running.
    const watched = troubles.map(async (trouble) => volumes.set(trouble, await volumeIn(trouble)));
    for (const outcome of await Promise.allSettled(watched)) if (outcome.status === 'rejected') throw outcome.reason;
  }, 150_000);

  it.each(troubles)('%s: a node with 20 busy clients logs fewer than 200 lines in ten minutes', (trouble) => {
    const { beginning = [], later = [] } = volumes.get(trouble) ?? {};
    const kinds = Object.keys(countByKind([...beginning, ...later])).length;
    const rest = (later.length * (TEN_MINUTES_MS - BEGINNING_MS)) / WATCHED_MS;
    const lines = beginning.length + rest + kinds * SUMS_IN_TEN_MINUTES;
    const counts = { beginning: countByKind(beginning), later: countByKind(later) };
    // The node says at least that it is in trouble.
    if (kinds === 0 || lines >= MOST_LINES) throw new Error(`${lines} lines in ten minutes: ${JSON.stringify(counts)}`);
  });
});
