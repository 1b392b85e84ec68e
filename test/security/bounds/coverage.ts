/** Compares the bounds with what there is: nothing may be without one. */
import { type Bound, subject } from './bound';
import { BOUNDS } from './table';

/** One line for each; none where all is declared. */
export function gaps(kind: Bound['kind'], existing: readonly string[]): string[] {
  const declared = BOUNDS.filter((bound) => bound.kind === kind).map(subject);
  const [covered, there] = [new Set(declared), new Set(existing)];
  return [
    ...existing
      .filter((name) => !covered.has(name))
      .map(
        (name) => `${name} has no bound: say in test/security/bounds/domains what it reads, answers and leaves at most`,
      ),
    ...declared
      .filter((name) => !there.has(name))
      .map((name) => `${name} has a bound and does not exist: take it out of test/security/bounds/domains`),
  ];
}

/** Entries that cannot be told apart. */
export function doubles(): string[] {
  const names = BOUNDS.map(({ name }) => name);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
