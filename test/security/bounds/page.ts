/** Renders the bounds as docs/bounds.md. */
import { COMMANDS, type RatePolicy } from '@aeturnis/contracts';
import { VARIABLES } from '../../../libs/platform/src/config/variables';
import { type Bound, boundSubject } from './bound';
import type { SourceConstant, GlobalBound } from './globals/global-bound';
import { GLOBAL_BOUNDS } from './globals/globals';
import { RETENTION, type Retention } from './retention';
import { BOUND_DOMAINS } from './bounds';

const INTRODUCTION = `<!-- Generated from test/security/bounds by \`npm run docs:bounds\`. -->

# Bounds

The most that a client can make the server read, answer, send and keep. The bounds beyond single requests come first, then every command and every route with its largest request.

Each figure below is tested: a server is filled to its bounds (a group of 1,000 members with messages of 10,000 characters, 1,000 blocks, 200 notifications, a zone of 5,000), receives the largest request, and its answer must stay within the figures and come near them (\`npm test -- security/bounds\`). A request that exceeds a bound by one is refused with a code and changes nothing. A command or a route without figures fails the test. \`npm run audit:bounds\` measures the same requests, and the worst texts for every field: none blocks the event loop for more than 50 ms.

[Limits](limits.md) states how often a request may be sent, and how much it may cause in all.

`;

const EXPLANATION = `## Commands and routes

- **in**: bytes of the payload or the body, at most.
- **rows**: rows that PostgreSQL returns before the request is answered, at most. Beside them, once every 10 s, the sender's account, and once a minute its character and its blocks, which the node caches.
- **out**: bytes of the answer, at most. Figures marked * are calculated, because one client cannot reach them.
- **causes**: events, each with the bytes of its payload and its receivers.
- **leaves**: what the server keeps afterwards.

`;

const ROWS = `## Rows, and what deletes them

Each table of the database. Large deletions run in parts, each in a transaction of its own.

`;

export function boundsPage(): string {
  const globals = Object.entries(GLOBAL_BOUNDS).map(([title, bounds]) => `## ${title}\n\n${globalTable(bounds)}\n\n`);
  const domains = Object.entries(BOUND_DOMAINS).map(([name, bounds]) => `### ${titled(name)}\n\n${table(bounds)}\n`);
  return `${INTRODUCTION}${globals.join('')}${ROWS}${retentionTable()}\n\n${EXPLANATION}${domains.join('\n')}`;
}

function globalTable(bounds: readonly GlobalBound[]): string {
  const rows = bounds.map(({ what, most, by, past }) => line([what, most, by.map(nameOf).join(', '), past]));
  return [line(['what', 'at most', 'bounded by', 'past it']), line(['---', '---', '---', '---']), ...rows].join('\n');
}

function retentionTable(): string {
  const rows = RETENTION.map((entry) => line([`\`${entry.table}\``, entry.deletedWhen, deleterOf(entry)]));
  return [line(['table', 'a row is deleted', 'by']), line(['---', '---', '---']), ...rows].join('\n');
}

function deleterOf({ by }: Retention): string {
  if ('cascade' in by) return `its foreign key to \`${by.cascade}\``;
  return 'never' in by ? by.never : by.code.map(nameOf).join(', ');
}

function nameOf(by: SourceConstant | keyof typeof VARIABLES): string {
  if (typeof by === 'string') return `\`${VARIABLES[by].name}\``;
  const [file] = by.file.split('/').slice(-1);
  return `\`${by.name}\` (${file})`;
}

function table(bounds: readonly Bound[]): string {
  const head = ['', 'largest request', 'in', 'rows', 'out', 'causes', 'leaves', 'bounded by'];
  return [line(head), line(head.map(() => '---')), ...bounds.map(cells)].join('\n');
}

function cells(bound: Bound): string {
  const { request, requestBytes, rows, answerBytes, causes = [], leaves = 'nothing', bounded, calculated } = bound;
  const sends = causes.map(({ event, bytes, to }) => `\`${event}\`, ${sized(bytes)}: ${to}`);
  const rate = rateOf(bound);
  return line([
    `\`${boundSubject(bound)}\``,
    request,
    sized(requestBytes),
    count(rows),
    `${sized(answerBytes)}${calculated ? '*' : ''}`,
    sends.join('; '),
    leaves,
    rate ? `${bounded}; ${rate}` : bounded,
  ]);
}

const POLICIES: ReadonlyMap<string, RatePolicy> = new Map(COMMANDS.map(({ name, policy }) => [name, policy]));

function rateOf(bound: Bound): string | undefined {
  const policy = bound.kind === 'command' ? POLICIES.get(boundSubject(bound)) : undefined;
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
