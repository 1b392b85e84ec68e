/** Compares the rows with what there is: nothing may be without a row, and no row without what it is about. */
import { ROWS } from './rows';
import { type Row, subject } from './row';

/** One line for each; none where all is stated. */
export function gaps(kind: Row['kind'], existing: readonly string[]): string[] {
  const rows = ROWS.filter((row) => row.kind === kind);
  const covered = new Set(rows.map(subject));
  const there = new Set(existing);
  return [
    ...existing
      .filter((name) => !covered.has(name))
      .map(
        (name) =>
          `${name} has no row: say who may do it in test/security/matrix/domains/<domain>.ts (listed in rows.ts)`,
      ),
    ...rows
      .filter((row) => !there.has(subject(row)))
      .map(({ name }) => `${name} has a row and does not exist: take it out of test/security/matrix/domains/`),
  ];
}

/** Rows that cannot be told apart. */
export function doubles(): string[] {
  const names = ROWS.map(({ name }) => name);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
