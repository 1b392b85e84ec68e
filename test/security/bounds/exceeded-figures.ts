/** Compares the measured figures of a request with the declared ones. */
import type { Bound } from './bound';
import type { TrialOutcome } from './bound-trial';

/** A declared figure of more than twice the measured one is too loose, or the world was not filled. */
const TIGHT = 2;
/** Declared figures up to these need not be tight. */
const SMALL_BYTES = 500;
const SMALL_ROWS = 20;
/** The sender's account, character and few blocks: cached by the server, so any request may be the one that reads them again. */
const CACHED_ROWS = 8;

/** @returns one line for each figure that does not hold. */
export function exceededFigures(bound: Bound, outcome: TrialOutcome): string[] {
  const wrong: string[] = [];
  if (outcome.code !== '') wrong.push(`was refused: ${outcome.code}`);
  const check = (what: string, got: number, declared: number, small: number, allowed = 0): void => {
    if (got > declared + allowed) wrong.push(`${what}: ${got}, which is more than the declared ${declared}`);
    else if (!bound.calculated && declared > small && got * TIGHT < declared)
      wrong.push(`${what}: ${got} of the declared ${declared}; is the world filled?`);
  };
  check('bytes of the request', outcome.requestBytes, bound.requestBytes, SMALL_BYTES);
  check('bytes of the answer', outcome.bytes, bound.answerBytes, SMALL_BYTES);
  check('rows', outcome.rows, bound.rows, SMALL_ROWS, CACHED_ROWS);
  const declared = new Map((bound.causes ?? []).map((cause) => [cause.event as string, cause]));
  for (const [event, bytes] of outcome.caused) {
    const cause = declared.get(event);
    if (cause) check(`bytes of ${event}`, bytes, cause.bytes, SMALL_BYTES);
    else wrong.push(`causes ${event}, which is not declared`);
  }
  return wrong;
}
