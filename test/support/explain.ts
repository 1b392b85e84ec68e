/** What PostgreSQL reads to answer a statement: counted by running it under EXPLAIN and rolling it back. */
import type { Client } from 'pg';
import type { Asked } from './statements';

/** The fields of a node of `explain (analyze, format json)` that are counted here. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Rows Removed by Join Filter'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
}

export interface Explained {
  /** Rows that scans produced or filtered out, and pairs of rows that joins compared in vain. */
  readonly rowsRead: number;
  /** Rows that the statement returned, or wrote. */
  readonly rowsAnswered: number;
  /** Tables that were read from end to end, with the rows that took. */
  readonly sequentialScans: { readonly table: string; readonly rows: number }[];
  readonly buffers: number;
  readonly executionMs: number;
  readonly plan: string;
}

const WRITING = 'ModifyTable';
/** The rows of an index that a bitmap collects are those that its heap scan reads; the others read nothing from a table. */
const NO_READS = new Set(['Subquery Scan', 'Bitmap Index Scan', 'Result']);

/** Leaves the planner nested loops alone, as it chooses them where it expects few rows: they show what a join may cost. */
export const NESTED_LOOPS = ['enable_hashjoin = off', 'enable_mergejoin = off', 'enable_seqscan = off'];

/** Runs the statement with its own parameters; nothing that it writes is kept. */
export async function explain(client: Client, { text, values }: Asked, settings: string[] = []): Promise<Explained> {
  await client.query('begin');
  try {
    for (const setting of settings) await client.query(`set local ${setting}`);
    const query = { text: `explain (analyze, buffers, timing off, format json) ${text}`, values };
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] }>(query);
    const [explained] = rows[0]?.['QUERY PLAN'] ?? [];
    if (!explained) throw new Error('PostgreSQL explained nothing');
    return summary(explained.Plan, explained['Execution Time']);
  } finally {
    await client.query('rollback');
  }
}

function summary(root: PlanNode, executionMs: number): Explained {
  const nodes = nodesOf(root);
  const scans = nodes.filter((node) => node['Node Type'].endsWith('Scan') && !NO_READS.has(node['Node Type']));
  const written = nodes.filter((node) => node['Node Type'] === WRITING).flatMap(({ Plans }) => Plans ?? []);
  const sequential = scans.filter((node) => node['Node Type'] === 'Seq Scan');
  return {
    rowsRead: sum(scans.map(scanned)) + sum(nodes.map((node) => times(node, 'Rows Removed by Join Filter'))),
    rowsAnswered: Math.max(times(root, 'Actual Rows'), sum(written.map((node) => times(node, 'Actual Rows')))),
    sequentialScans: sequential.map((node) => ({ table: node['Relation Name'] ?? '', rows: scanned(node) })),
    buffers: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
    executionMs,
    plan: JSON.stringify(root),
  };
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const scanned = (node: PlanNode): number =>
  times(node, 'Actual Rows') + times(node, 'Rows Removed by Filter') + times(node, 'Rows Removed by Index Recheck');

// PostgreSQL tells averages per loop.
const times = (
  node: PlanNode,
  field: 'Actual Rows' | 'Rows Removed by Filter' | 'Rows Removed by Index Recheck' | 'Rows Removed by Join Filter',
): number => Math.round((node[field] ?? 0) * node['Actual Loops']);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
