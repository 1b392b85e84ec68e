/** Compares the bounds with the existing commands and routes: each must have one. */
import { type Bound, boundSubject } from './bound';
import { BOUNDS } from './bounds';

/** @returns one line for each missing or obsolete bound. */
export function boundGaps(kind: Bound['kind'], existing: readonly string[]): string[] {
  const declared = BOUNDS.filter((bound) => bound.kind === kind).map(boundSubject);
  const [covered, known] = [new Set(declared), new Set(existing)];
  return [
    ...existing
      .filter((name) => !covered.has(name))
      .map((name) => `${name} has no bound: state in test/security/bounds/domains what it reads, answers and leaves`),
    ...declared
      .filter((name) => !known.has(name))
      .map((name) => `${name} has a bound and does not exist: remove it from test/security/bounds/domains`),
  ];
}

export function duplicateBounds(): string[] {
  const names = BOUNDS.map(({ name }) => name);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
