/** Compares what a request did with what is declared. */
import type { Bound } from './bound';
import type { Outcome } from './trial';

/** A declared figure that is twice as large as what was reached says little, or the world was not filled. */
const TIGHT = 2;
/** Below it nobody minds. */
const SMALL_BYTES = 500;
const SMALL_ROWS = 20;

/** One line for each figure that does not hold. */
export function exceeded(bound: Bound, outcome: Outcome): string[] {
  const wrong: string[] = [];
  if (outcome.code !== '') wrong.push(`was refused: ${outcome.code}`);
  const check = (what: string, got: number, declared: number, small: number): void => {
    if (got > declared) wrong.push(`${what}: ${got}, which is more than the declared ${declared}`);
    else if (!bound.reckoned && declared > small && got * TIGHT < declared)
      wrong.push(`${what}: ${got} of the declared ${declared}; is it filled?`);
  };
  check('bytes of the request', outcome.requestBytes, bound.requestBytes, SMALL_BYTES);
  check('bytes of the answer', outcome.bytes, bound.answerBytes, SMALL_BYTES);
  check('rows', outcome.rows, bound.rows, SMALL_ROWS);
  const declared = new Map((bound.causes ?? []).map((cause) => [cause.event as string, cause]));
  for (const [event, bytes] of outcome.caused) {
    const cause = declared.get(event);
    if (cause) check(`bytes of ${event}`, bytes, cause.bytes, SMALL_BYTES);
    else wrong.push(`causes ${event}, of which nothing is declared`);
  }
  return wrong;
}
