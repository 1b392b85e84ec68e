/** Replays the inputs of a fight up to the state that its spectators see: only the present state is stored. */
import { setImmediate } from 'node:timers/promises';
import {
  beginFight,
  type FightInput,
  type FightSetup,
  type FightState,
  type Rolls,
  stepFight,
} from '@aeturnis/combat-rules';

/** Inputs that are replayed without a pause: a long fight takes longer than the event loop may be blocked. */
export const INPUTS_AT_ONCE = 100;

/** @param inputs of players and monsters, in their order. */
export async function replayInputs(
  setup: FightSetup,
  rolls: Rolls,
  inputs: readonly FightInput[],
): Promise<FightState> {
  let { state } = beginFight(setup, rolls);
  for (const [index, input] of inputs.entries()) {
    if (index > 0 && index % INPUTS_AT_ONCE === 0) await setImmediate();
    const next = stepFight(state, input.type === 'join' ? withoutBag(input) : input, rolls);
    if (typeof next === 'string') break;
    state = next.state;
  }
  return state;
}

/** Spectators do not see what players carry. */
const withoutBag = <Input extends { player: object }>(input: Input): Input => ({
  ...input,
  player: { ...input.player, bag: null },
});
