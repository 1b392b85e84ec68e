/** During a rolling update servers of the previous release keep running: no migration may remove or forbid what they use. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../apps/server/migrations');
const files = readdirSync(FOLDER).filter((name) => /^\d{4}_.*\.sql$/.test(name));
/** The first migration creates everything, so it cannot break a previous release. */
const laterFiles = files.filter((name) => !name.startsWith('0000'));

/** A statement may remove an object that the previous release no longer uses, if a comment names the release. */
const UNUSED = /^\s*-- Unused since \d+\.\d+\.\d+/m;

const statementsOf = (sql: string): string[] =>
  sql
    .split('--> statement-breakpoint')
    .filter((statement) => !UNUSED.test(statement))
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim());

const FORBIDDEN: readonly [problem: string, pattern: RegExp][] = [
  ['drops a table', /\bDROP TABLE\b/i],
  ['drops a column', /\bDROP COLUMN\b/i],
  ['renames', /\bRENAME\b/i],
  ['changes a type', /\bALTER COLUMN .* (SET DATA )?TYPE\b/i],
  ['forbids null', /\bALTER COLUMN .* SET NOT NULL\b/i],
  ['drops a default', /\bDROP DEFAULT\b/i],
];
const ADDED_COLUMN = /ALTER TABLE "(\w+)" ADD COLUMN "(\w+)" ([^;]*)/i;
const CREATED_TABLE = /CREATE TABLE "(\w+)"/i;
const UNIQUE = /(?:ALTER TABLE "(\w+)" ADD CONSTRAINT "\w+" (?:UNIQUE|CHECK)|CREATE UNIQUE INDEX .* ON "(\w+)")(.*)/i;

/** @returns the changes on which a server of the previous release would fail. */
function problemsOf(statements: readonly string[]): string[] {
  const tables = new Set(statements.map((statement) => CREATED_TABLE.exec(statement)?.[1]));
  const columns = new Set(statements.map((statement) => ADDED_COLUMN.exec(statement)?.slice(1, 3).join('.')));
  return statements.flatMap((statement) => {
    const problems = FORBIDDEN.filter(([, pattern]) => pattern.test(statement)).map(([problem]) => problem);
    const [, , added, type = ''] = ADDED_COLUMN.exec(statement) ?? [];
    if (added !== undefined && /NOT NULL/i.test(type) && !/DEFAULT/i.test(type)) problems.push(`requires ${added}`);
    const [, constrained, indexed, rest = ''] = UNIQUE.exec(statement) ?? [];
    const table = constrained ?? indexed;
    if (table === undefined || tables.has(table)) return problems;
    const named = [...rest.matchAll(/"(\w+)"/g)].map(([, name]) => name).filter((name) => name !== table);
    if (named.some((name) => !columns.has(`${table}.${name}`))) problems.push(`restricts columns of ${table}`);
    return problems;
  });
}

it.each(laterFiles)('migration %s: does not break servers of the previous release', (file) => {
  expect(problemsOf(statementsOf(readFileSync(join(FOLDER, file), 'utf8')))).toEqual([]);
});

it.each([
  ['ALTER TABLE "accounts" DROP COLUMN "email";', 'drops a column'],
  ['DROP TABLE "blocks";', 'drops a table'],
  ['ALTER TABLE "accounts" RENAME COLUMN "name" TO "login";', 'renames'],
  ['ALTER TABLE "accounts" ALTER COLUMN "name" SET DATA TYPE varchar(20);', 'changes a type'],
  ['ALTER TABLE "accounts" ALTER COLUMN "email" SET NOT NULL;', 'forbids null'],
  ['ALTER TABLE "accounts" ALTER COLUMN "role" DROP DEFAULT;', 'drops a default'],
  ['ALTER TABLE "accounts" ADD COLUMN "rank" integer NOT NULL;', 'requires rank'],
  ['ALTER TABLE "accounts" ADD CONSTRAINT "unique_email" UNIQUE("email");', 'restricts columns of accounts'],
  ['CREATE UNIQUE INDEX "emails" ON "accounts" USING btree ("email");', 'restricts columns of accounts'],
])('migration with %s: is reported, unless marked as unused', (statement, problem) => {
  expect(problemsOf(statementsOf(statement))).toEqual([problem]);
  expect(problemsOf(statementsOf(`-- Unused since 1.2.0\n${statement}`))).toEqual([]);
});
