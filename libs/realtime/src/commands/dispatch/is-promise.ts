/** Detects promises, so that synchronous values need not be wrapped in one. */

export function isPromise(value: unknown): value is Promise<never> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
