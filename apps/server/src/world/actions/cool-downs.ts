/** How long a character has to wait before it does the same once more. */

const USUAL_MS = 2_000;
const BY_ACTION: ReadonlyMap<string, number> = new Map([
  ['interact', 500],
  ['jump', 1_000],
  ['inspect', 1_000],
  ['trade', 5_000],
  ['challenge', 10_000],
]);

export function coolDownOf(action: string): number {
  return BY_ACTION.get(action) ?? USUAL_MS;
}
