/** The answer to a join or leave. */
import type { Outcome } from './membership-store';

export interface Settled {
  outcome: Outcome;
  /** True where the store is away and this node decided by what it knows itself; made good when the store is back. */
  local: boolean;
  /** What was done at a turn, by the store. */
  turn?: number;
  /** With a turn: that of the user's coming, where nobody has said that it is told. */
  came?: number;
}
