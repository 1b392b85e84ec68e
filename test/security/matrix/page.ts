/** Writes the matrix as a page: docs/authorisation.md. */
import { ERRORS } from '@aeturnis/contracts';
import { type Column, COLUMNS, ORDER, type Outcome } from './columns';
import type { Row } from './row';
import { DOMAINS } from './rows';

const INTRODUCTION = `<!-- Generated from test/security/matrix by \`npm run docs:authorisation\`. -->

# Who may do what

Every command and every route, for everybody who may ask, about what belongs to somebody else: the owner. The server is asked for each of these cells when it is tested (\`npm test -- matrix\`); where the answer is a refusal, nothing that is stored has changed, and a stranger is told of it what a stranger is told of what does not exist.

`;

const EXPLANATION = `
A command answers \`OK\` or an error, a route its status and the code of the error. Without a token there is no connection to send a command over (·). A direct conversation has no admins: what they decide, nobody decides there.
`;

export function page(): string {
  const legend = ORDER.map((column) => `- **${column}** ${COLUMNS[column]}.`).join('\n');
  const sections = Object.entries(DOMAINS).map(([name, rows]) => `\n## ${title(name)}\n\n${table(rows)}\n`);
  return `${INTRODUCTION}${legend}\n${EXPLANATION}${sections.join('')}`;
}

function table(rows: readonly Row[]): string {
  const head = line(['', ...ORDER]);
  return [head, line(['---', ...ORDER.map(() => '---')]), ...rows.map(cells)].join('\n');
}

function cells({ kind, name, owned, expected }: Row): string {
  const [, subject = name, which = ''] = /^(.*?)( \([^)]*\))?$/.exec(name) ?? [];
  const outcomes = ORDER.map((column: Column) => shown(kind, expected[column]));
  return line([`\`${subject}\`${which}${owned ? ' ◦' : ''}`, ...outcomes]);
}

function shown(kind: Row['kind'], outcome: Outcome): string {
  if (outcome === 'no connection') return '·';
  if (outcome === 'OK' || typeof outcome === 'number') return `**${outcome}**`;
  return kind === 'route' ? `${ERRORS[outcome].http} ${outcome}` : outcome;
}

const line = (columns: readonly string[]): string => `| ${columns.join(' | ')} |`;
const title = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
