/** What a failed request says to the person who made it. */
import { RequestError } from '@aeturnis/client';
import { withLocalTimes } from './clock-time';

interface FieldProblem {
  readonly field: string;
  readonly problems: readonly string[];
}

export function problemText(error: unknown): string {
  if (!(error instanceof RequestError)) return error instanceof Error ? error.message : String(error);
  const [first] = Array.isArray(error.details) ? (error.details as FieldProblem[]) : [];
  if (error.code === 'VALIDATION' && first?.problems[0] !== undefined) return first.problems[0];
  if (error.code === 'CONNECTION_LOST') return 'The connection was lost before the server answered: try again.';
  if (error.code === 'TIMEOUT') return 'The server has not answered in time: try again.';
  const { retryAfterMs } = error;
  const wait = retryAfterMs === undefined ? '' : ` (again in ${Math.ceil(retryAfterMs / 1_000)} s)`;
  return `${withLocalTimes(error.message)}${wait}`;
}
