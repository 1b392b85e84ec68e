/** Values that may have to be waited for, without paying for a promise where there is none. */

export function isPromise(value: unknown): value is Promise<never> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
