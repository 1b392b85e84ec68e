/** When a session was in a room, in places of the journal: pairs of since and until, with until 0 where it still is. */
export type Spans = readonly number[];

/** Of one room; older ones are dropped. */
const NUMBERS_AT_MOST = 32;

export const isOpen = (spans: Spans | undefined): boolean => spans?.at(-1) === 0;

/** Whether it was in the room when the entry `n` was made. Since is before the first entry it hears, until is the last. */
export function covers(spans: Spans | undefined, n: number): boolean {
  if (!spans) return false;
  for (let i = 0; i + 1 < spans.length; i += 2) {
    const [since = 0, until = 0] = [spans[i], spans[i + 1]];
    if (n > since && (until === 0 || n <= until)) return true;
  }
  return false;
}

export function entered(spans: Spans | undefined, n: number): Spans {
  if (isOpen(spans)) return spans ?? [];
  return [...(spans ?? []), n, 0].slice(-NUMBERS_AT_MOST);
}

export function exited(spans: Spans, n: number): Spans {
  return isOpen(spans) ? [...spans.slice(0, -1), Math.max(1, n)] : spans;
}

/** Left, but what is on its way up to `n` is still for it. */
export function reaching(spans: Spans, n: number): Spans {
  const until = spans.at(-1) ?? 0;
  return until === 0 || until >= n ? spans : [...spans.slice(0, -1), n];
}

/** In the room, and the entry `n` from before it came is not for it. */
export function excluding(spans: Spans, n: number): Spans {
  const since = spans.at(-2) ?? 0;
  if (!isOpen(spans) || since >= n) return spans;
  const before = since === n - 1 ? spans.slice(0, -2) : [...spans.slice(0, -1), n - 1];
  return [...before, n, 0].slice(-NUMBERS_AT_MOST);
}
