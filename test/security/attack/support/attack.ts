/** What an attack is: a name, who carries it out, and what it does until it is over. */
import type { Stage } from './stage';

export interface Attack {
  /** What it does, in words: the row of the table. */
  readonly name: string;
  /**
   * `nobody`: one address without a token. `guests`: twenty guests with valid tokens, each with an address of its own.
   * `members`: a few more of them, who are in as many conversations as one may be.
   */
  readonly by: 'nobody' | 'guests' | 'members';
  /** Refuses to end before the node has closed everybody who exceeds; attacks of legal requests exceed nothing. */
  run(stage: Stage): Promise<void>;
}
