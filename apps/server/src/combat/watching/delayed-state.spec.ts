/** The replay of a long fight for a spectator: it shows the state of its last input, and other work of the node runs in between. */
import { beginFight, type FightInput, type FightSetup, type FightState, stepFight } from '@aeturnis/combat-rules';
import { simulatedPlayer } from '../../../../../libs/combat-rules/src/simulation/simulate';
import { rollsFor } from '../fairness/fight-secrets';
import { INPUTS_AT_ONCE, replayInputs } from './delayed-state';

const PLAYERS = 16;
const ROLLS = rollsFor('5e'.repeat(32), {});

interface LongDuel {
  readonly setup: FightSetup;
  readonly inputs: readonly FightInput[];
  readonly last: FightState;
}

/** Eight players against eight, which all pass until the last round. */
function longDuel(): LongDuel {
  const participants = Array.from({ length: PLAYERS }, (_, number) =>
    simulatedPlayer(`player:${number}`, number % 2 === 0 ? 0 : 1, 'mage', 10),
  );
  const setup = { mode: 'duel', participants } as const;
  const inputs: FightInput[] = [];
  for (let last = beginFight(setup, ROLLS).state; ;) {
    const input: FightInput = { type: 'act', actorId: last.queue[0] ?? '', action: { type: 'pass' } };
    const next = stepFight(last, input, ROLLS);
    if (typeof next === 'string') throw new Error(`the rules refused to pass: ${next}`);
    if (next.state.outcome) return { setup, inputs, last };
    inputs.push(input);
    last = next.state;
  }
}

/** Counts the turns of the event loop until the work has ended. */
async function countLoopTurns<T>(work: () => Promise<T>): Promise<{ turns: number; result: T }> {
  let [turns, isRunning] = [0, true];
  const count = (): void => {
    if (!isRunning) return;
    turns++;
    setImmediate(count);
  };
  setImmediate(count);
  const result = await work();
  isRunning = false;
  return { turns, result };
}

it('the replay of a long fight gives way to other work after every hundred inputs', async () => {
  const { setup, inputs, last } = longDuel();
  const { turns, result } = await countLoopTurns(() => replayInputs(setup, ROLLS, inputs));
  expect(inputs.length).toBeGreaterThan(10 * INPUTS_AT_ONCE);
  expect(turns).toBeGreaterThanOrEqual(Math.floor((inputs.length - 1) / INPUTS_AT_ONCE));
  expect(result).toEqual(last);
});
