/** Writes the bounds as a page: docs/bounds.md. */
import { COMMANDS, type RatePolicy } from '@aeturnis/contracts';
import { VARIABLES } from '../../../libs/platform/src/config/variables';
import { type Bound, subject } from './bound';
import type { Constant, GlobalBound } from './global-bound';
import { GLOBAL_BOUNDS } from './globals';
import { RETENTION, type Retention } from './retention';
import { DOMAINS } from './table';

const INTRODUCTION = `<!-- Generated from test/security/bounds by \`npm run docs:bounds\`. -->

# Bounds

The most that a client can make the server read, answer, send and keep. First what holds beyond single requests, then every command and every route with its largest request.

Each figure below is tested: a server is filled to its bounds (a group of 1,000 members with messages of 10,000 characters, 1,000 blocks, 200 notifications, a zone of 5,000), gets the largest request, and its answer must keep to the figures and come near them (\`npm test -- security/bounds\`). What is one past a bound is refused with a code, and changes nothing. A command or a route without figures fails the test. \`npm run audit:bounds\` measures the same requests, and the worst texts for every field: none holds the event loop for more than 50 ms.

How often a request may come, and how much it may send in all, is in [limits](limits.md).

`;

const EXPLANATION = `## Commands and routes

- **in**: bytes of the payload or the body, at most.
- **rows**: rows that PostgreSQL answers before the request is answered, at most.
- **out**: bytes of the answer, at most. Figures marked * are reckoned: what would fill them takes more than one client can do.
- **causes**: events, each with the bytes of its payload and who gets it.
- **leaves**: what is kept afterwards.

`;

const ROWS = `## Rows, and what deletes them

Each table of the database. What deletes much does so in parts, each a transaction of its own.

`;

export function page(): string {
  const globals = Object.entries(GLOBAL_BOUNDS).map(([title, bounds]) => `## ${title}\n\n${globalTable(bounds)}\n\n`);
  const domains = Object.entries(DOMAINS).map(([name, bounds]) => `### ${titled(name)}\n\n${table(bounds)}\n`);
  return `${INTRODUCTION}${globals.join('')}${ROWS}${retentionTable()}\n\n${EXPLANATION}${domains.join('\n')}`;
}

function globalTable(bounds: readonly GlobalBound[]): string {
  const rows = bounds.map(({ what, most, by, past }) => line([what, most, by.map(nameOf).join(', '), past]));
  return [line(['what', 'at most', 'bounded by', 'past it']), line(['---', '---', '---', '---']), ...rows].join('\n');
}

function retentionTable(): string {
  const rows = RETENTION.map((each) => line([`\`${each.table}\``, each.goes, deleterOf(each)]));
  return [line(['table', 'a row goes', 'by']), line(['---', '---', '---']), ...rows].join('\n');
}

function deleterOf({ by }: Retention): string {
  if ('cascade' in by) return `its foreign key to \`${by.cascade}\``;
  return 'never' in by ? by.never : by.code.map(nameOf).join(', ');
}

function nameOf(by: Constant | keyof typeof VARIABLES): string {
  if (typeof by === 'string') return `\`${VARIABLES[by].name}\``;
  const [file] = by.file.split('/').slice(-1);
  return `\`${by.name}\` (${file})`;
}

function table(bounds: readonly Bound[]): string {
  const head = ['', 'largest request', 'in', 'rows', 'out', 'causes', 'leaves', 'bounded by'];
  return [line(head), line(head.map(() => '---')), ...bounds.map(cells)].join('\n');
}

function cells(bound: Bound): string {
  const { request, requestBytes, rows, answerBytes, causes = [], leaves, bounded, reckoned } = bound;
  const sends = causes.map(({ event, bytes, to }) => `\`${event}\`, ${sized(bytes)}: ${to}`);
  const rate = rateOf(bound);
  return line([
    `\`${subject(bound)}\``,
    request,
    sized(requestBytes),
    count(rows),
    `${sized(answerBytes)}${reckoned ? '*' : ''}`,
    sends.join('; '),
    leaves,
    rate ? `${bounded}; ${rate}` : bounded,
  ]);
}

const POLICIES: ReadonlyMap<string, RatePolicy> = new Map(COMMANDS.map(({ name, policy }) => [name, policy]));

function rateOf(bound: Bound): string | undefined {
  const policy = bound.kind === 'command' ? POLICIES.get(subject(bound)) : undefined;
  return policy && `${policy.limit} in ${policy.windowMs / 1_000} s`;
}

const KILO = 1_000;
function sized(bytes: number): string {
  if (bytes < 10 * KILO) return `${count(bytes)} B`;
  return bytes < KILO * KILO ? `${Math.ceil(bytes / KILO)} kB` : `${(bytes / KILO / KILO).toFixed(1)} MB`;
}

const count = (number: number): string => number.toLocaleString('en-US');
const line = (columns: readonly string[]): string => `| ${columns.join(' | ')} |`;
const titled = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
