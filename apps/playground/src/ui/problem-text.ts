/** What a failed request says to the person who made it. */
import { RequestError } from '@aeturnis/client';

interface FieldProblem {
  readonly field: string;
  readonly problems: readonly string[];
}

export function problemText(error: unknown): string {
  if (!(error instanceof RequestError)) return error instanceof Error ? error.message : String(error);
  const [first] = Array.isArray(error.details) ? (error.details as FieldProblem[]) : [];
  if (error.code === 'VALIDATION' && first?.problems[0] !== undefined) return first.problems[0];
  const { retryAfterMs } = error;
  const wait = retryAfterMs === undefined ? '' : ` (again in ${Math.ceil(retryAfterMs / 1_000)} s)`;
  return `${error.message}${wait}`;
}
