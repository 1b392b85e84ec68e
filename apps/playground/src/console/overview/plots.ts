/** What the plots of the overview show. */
import type { FigureGroup, FigureName } from '@aeturnis/contracts';
import { formatBytes, formatCount, formatMs } from '../ui/format';
import type { FiguresStore } from './figures-store';
import type { Line } from './seconds-ring';

/** How the numbers of nodes become one of the cluster. */
type Combine = 'sum' | 'max';

export interface PlotFigure {
  readonly figure: FigureName;
  readonly label: string;
}

export interface PlotDefinition {
  readonly title: string;
  readonly combine: Combine;
  readonly format: (value: number) => string;
  readonly figures?: readonly PlotFigure[];
  /** One line for each label that occurs. */
  readonly group?: FigureGroup;
}

export const PLOTS: readonly PlotDefinition[] = [
  {
    title: 'Connections and users',
    combine: 'sum',
    format: formatCount,
    figures: [
      { figure: 'connections', label: 'connections' },
      { figure: 'users', label: 'users' },
    ],
  },
  {
    title: 'Commands and events per second',
    combine: 'sum',
    format: formatCount,
    figures: [
      { figure: 'commands', label: 'commands' },
      { figure: 'events', label: 'events' },
    ],
  },
  {
    title: 'Time to answer a command',
    combine: 'max',
    format: formatMs,
    figures: [
      { figure: 'handlerP50Ms', label: 'p50' },
      { figure: 'handlerP95Ms', label: 'p95' },
      { figure: 'handlerP99Ms', label: 'p99' },
    ],
  },
  {
    title: 'Event loop delay, p99',
    combine: 'max',
    format: formatMs,
    figures: [{ figure: 'eventLoopP99Ms', label: 'delay' }],
  },
  {
    title: 'Unsent bytes of the slowest connection',
    combine: 'max',
    format: formatBytes,
    figures: [{ figure: 'writeBufferBytes', label: 'unsent' }],
  },
  {
    title: 'Volatile events dropped per second',
    combine: 'sum',
    format: formatCount,
    figures: [{ figure: 'volatileDrops', label: 'dropped' }],
  },
  { title: 'Sessions recovered, by outcome', combine: 'sum', format: formatCount, group: 'recoveries' },
  { title: 'Errors per second, by code', combine: 'sum', format: formatCount, group: 'errors' },
  {
    title: 'Handshakes refused per second',
    combine: 'sum',
    format: formatCount,
    figures: [{ figure: 'refusals', label: 'refused' }],
  },
  {
    title: 'Memory',
    combine: 'sum',
    format: formatBytes,
    figures: [
      { figure: 'residentBytes', label: 'resident' },
      { figure: 'heapBytes', label: 'heap' },
    ],
  },
  {
    title: 'Redis round trip',
    combine: 'max',
    format: formatMs,
    figures: [{ figure: 'redisRoundTripMs', label: 'round trip' }],
  },
  {
    title: 'Commit in PostgreSQL, p95',
    combine: 'max',
    format: formatMs,
    figures: [{ figure: 'commitP95Ms', label: 'commit' }],
  },
  {
    title: 'Waiting for a database connection',
    combine: 'sum',
    format: formatCount,
    figures: [{ figure: 'poolWaiting', label: 'waiting' }],
  },
  { title: 'Moves refused per second, by reason', combine: 'sum', format: formatCount, group: 'movesRefused' },
];

export interface ShownLine {
  readonly label: string;
  /** True for the line of one node, beside that of the cluster. */
  readonly isNode: boolean;
  readonly values: Line;
}

/** More nodes would make the plot unreadable: then it shows the cluster alone. */
const MAX_NODES = 8;

/** The lines of the cluster, then those of each node for the first figure. */
export function linesOf({ combine, figures = [], group }: PlotDefinition, store: FiguresStore): ShownLine[] {
  const nodeIds = store.nodeIds;
  const series = group
    ? store.labels(group).map((label) => ({ name: `${group}.${label}`, label }))
    : figures.map(({ figure, label }) => ({ name: figure, label }));
  const cluster = series.map(({ name, label }) => {
    const lines = nodeIds.map((nodeId) => store.line(nodeId, name));
    return { label, isNode: false, values: combined(lines, combine) };
  });
  const [first] = series;
  if (group || !first || nodeIds.length < 2 || nodeIds.length > MAX_NODES) return cluster;
  const nodes = nodeIds.map((label) => ({ label, isNode: true, values: store.line(label, first.name) }));
  return [...cluster, ...nodes];
}

function combined(lines: readonly Line[], combine: Combine): Line {
  const [first = [], ...others] = lines;
  return others.reduce<Line>(
    (result, line) =>
      result.map((value, index) => {
        const other = line[index] ?? null;
        if (value === null || other === null) return value ?? other;
        return combine === 'sum' ? value + other : Math.max(value, other);
      }),
    first,
  );
}
