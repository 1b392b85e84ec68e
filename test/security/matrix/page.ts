/** Renders the matrix as docs/authorisation.md. */
import { ERRORS } from '@aeturnis/contracts';
import { type Column, COLUMNS, COLUMN_ORDER, type MatrixOutcome } from './columns';
import type { MatrixRow } from './row';
import { ROW_DOMAINS } from './rows';

const INTRODUCTION = `<!-- Generated from test/security/matrix by \`npm run docs:authorisation\`. -->

# Who may do what

Every command and every route, called by every kind of caller, about something that belongs to another user: the owner. A test sends the request of each cell to a server (\`npm test -- matrix\`). Where the answer is a refusal, nothing in the database has changed, and a stranger gets the same answer as for something that does not exist.

`;

const EXPLANATION = `
A command answers \`OK\` or an error, a route its status and the code of the error. Without a token a client has no connection to send a command over (·). A direct conversation has no admins, so nobody may do there what admins decide.
`;

export function matrixPage(): string {
  const legend = COLUMN_ORDER.map((column) => `- **${column}** ${COLUMNS[column]}.`).join('\n');
  const sections = Object.entries(ROW_DOMAINS).map(([name, rows]) => `\n## ${title(name)}\n\n${table(rows)}\n`);
  return `${INTRODUCTION}${legend}\n${EXPLANATION}${sections.join('')}`;
}

function table(rows: readonly MatrixRow[]): string {
  const head = line(['', ...COLUMN_ORDER]);
  return [head, line(['---', ...COLUMN_ORDER.map(() => '---')]), ...rows.map(cells)].join('\n');
}

function cells({ kind, name, owned, expected }: MatrixRow): string {
  const [, subject = name, which = ''] = /^(.*?)( \([^)]*\))?$/.exec(name) ?? [];
  const outcomes = COLUMN_ORDER.map((column: Column) => shown(kind, expected[column]));
  return line([`\`${subject}\`${which}${owned ? ' ◦' : ''}`, ...outcomes]);
}

function shown(kind: MatrixRow['kind'], outcome: MatrixOutcome): string {
  if (outcome === 'no connection') return '·';
  if (outcome === 'OK' || typeof outcome === 'number') return `**${outcome}**`;
  return kind === 'route' ? `${ERRORS[outcome].http} ${outcome}` : outcome;
}

const line = (columns: readonly string[]): string => `| ${columns.join(' | ')} |`;
const title = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
