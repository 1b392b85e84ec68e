/** An attack: its name, its kind of attacker, and what it does until the time is over. */
import type { AttackContext, AttackingGuest } from './attack-context';
import type { SeededRandom } from './random';

export interface Attack {
  /** What it does, in words: the row of the table. */
  readonly name: string;
  /**
   * `nobody`: one address without a token. `guests`: twenty guests with valid tokens, each with an address of its own.
   * `members`: a few more guests, in the maximum number of conversations.
   */
  readonly by: 'nobody' | 'guests' | 'members';
  /** Runs until the attack is over. It marks connections that exceed a limit; an attack of legal requests marks none. */
  run(stage: AttackContext): Promise<void>;
}

/** An attack of this number of actors without a token, which act repeatedly. */
export const anonymousAttack = (
  name: string,
  actors: number,
  act: (stage: AttackContext, random: SeededRandom) => Promise<void>,
): Attack => ({
  name,
  by: 'nobody',
  run: (stage) => stage.repeatConcurrently(actors, (_, random) => act(stage, random)),
});

/** An attack of the guests, which act repeatedly. */
export const guestAttack = (
  name: string,
  act: (stage: AttackContext, guest: AttackingGuest, random: SeededRandom) => Promise<void>,
): Attack => ({
  name,
  by: 'guests',
  run: (stage) => stage.repeatForEachGuest((guest, random) => act(stage, guest, random)),
});
