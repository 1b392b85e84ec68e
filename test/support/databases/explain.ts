/** Counts what PostgreSQL reads to answer a statement: runs it under EXPLAIN ANALYZE and rolls it back. */
import type { Client } from 'pg';
import type { RecordedStatement } from './statements';

/** The fields of an `explain (analyze, format json)` node that are used here. */
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

export interface ExplainResult {
  /** Rows that scans produced or filtered out, and pairs of rows that a join filter removed. */
  readonly rowsRead: number;
  /** Rows that the statement returned, or wrote. */
  readonly rowsAnswered: number;
  /** Sequentially scanned tables, with the rows read. */
  readonly sequentialScans: { readonly table: string; readonly rows: number }[];
  readonly buffers: number;
  readonly executionMs: number;
  readonly plan: string;
}

const WRITE_NODE = 'ModifyTable';
/** A bitmap index scan collects the rows that its heap scan counts; the others read no table. */
const NODES_WITHOUT_READS = new Set(['Subquery Scan', 'Bitmap Index Scan', 'Result']);

/** Forces nested loops, which the planner chooses where it expects few rows: they show the worst cost of a join. */
export const NESTED_LOOPS = ['enable_hashjoin = off', 'enable_mergejoin = off', 'enable_seqscan = off'];

/** Runs the statement with its own parameters and rolls it back. */
export async function explain(
  client: Client,
  { text, values }: RecordedStatement,
  settings: string[] = [],
): Promise<ExplainResult> {
  await client.query('begin');
  try {
    for (const setting of settings) await client.query(`set local ${setting}`);
    const query = { text: `explain (analyze, buffers, timing off, format json) ${text}`, values };
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] }>(query);
    const [explained] = rows[0]?.['QUERY PLAN'] ?? [];
    if (!explained) throw new Error('EXPLAIN returned no plan');
    return summarize(explained.Plan, explained['Execution Time']);
  } finally {
    await client.query('rollback');
  }
}

function summarize(root: PlanNode, executionMs: number): ExplainResult {
  const nodes = nodesOf(root);
  const scans = nodes.filter(
    (node) => node['Node Type'].endsWith('Scan') && !NODES_WITHOUT_READS.has(node['Node Type']),
  );
  const written = nodes.filter((node) => node['Node Type'] === WRITE_NODE).flatMap(({ Plans }) => Plans ?? []);
  const sequential = scans.filter((node) => node['Node Type'] === 'Seq Scan');
  return {
    rowsRead:
      sum(scans.map(rowsScanned)) + sum(nodes.map((node) => totalOverLoops(node, 'Rows Removed by Join Filter'))),
    rowsAnswered: Math.max(
      totalOverLoops(root, 'Actual Rows'),
      sum(written.map((node) => totalOverLoops(node, 'Actual Rows'))),
    ),
    sequentialScans: sequential.map((node) => ({ table: node['Relation Name'] ?? '', rows: rowsScanned(node) })),
    buffers: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
    executionMs,
    plan: JSON.stringify(root),
  };
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const rowsScanned = (node: PlanNode): number =>
  totalOverLoops(node, 'Actual Rows') +
  totalOverLoops(node, 'Rows Removed by Filter') +
  totalOverLoops(node, 'Rows Removed by Index Recheck');

// PostgreSQL reports averages per loop.
const totalOverLoops = (
  node: PlanNode,
  field: 'Actual Rows' | 'Rows Removed by Filter' | 'Rows Removed by Index Recheck' | 'Rows Removed by Join Filter',
): number => Math.round((node[field] ?? 0) * node['Actual Loops']);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
