/** Compares the rows with the existing commands and routes: each must have a row, and each row must have its subject. */
import { ROWS } from './rows';
import { type MatrixRow, rowSubject } from './row';

/** @returns one line for each missing or obsolete row. */
export function rowGaps(kind: MatrixRow['kind'], existing: readonly string[]): string[] {
  const rows = ROWS.filter((row) => row.kind === kind);
  const covered = new Set(rows.map(rowSubject));
  const known = new Set(existing);
  return [
    ...existing
      .filter((name) => !covered.has(name))
      .map(
        (name) =>
          `${name} has no row: state who may do it in test/security/matrix/domains/<domain>.ts (listed in rows.ts)`,
      ),
    ...rows
      .filter((row) => !known.has(rowSubject(row)))
      .map(({ name }) => `${name} has a row and does not exist: remove it from test/security/matrix/domains/`),
  ];
}

export function duplicateRows(): string[] {
  const names = ROWS.map(({ name }) => name);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
