/** Cooldowns of actions: how long a character has to wait before it repeats one. */

const DEFAULT_COOLDOWN_MS = 2_000;
const COOLDOWN_MS_BY_ACTION: ReadonlyMap<string, number> = new Map([
  ['interact', 500],
  ['jump', 1_000],
  ['inspect', 1_000],
  ['trade', 5_000],
  ['challenge', 10_000],
]);

export function cooldownMsOf(action: string): number {
  return COOLDOWN_MS_BY_ACTION.get(action) ?? DEFAULT_COOLDOWN_MS;
}
