/** A spectator that comes late to a long fight: its replay lets other work of the node run in between. */
import { beginFight, type FightInput, type FightState, stepFight } from '@aeturnis/combat-rules';
import type { Caller, RoomService } from '@aeturnis/realtime';
import { simulatedPlayer } from '../../../../../libs/combat-rules/src/simulation/simulate';
import type { BlockList } from '../../social';
import { rollsFor } from '../fairness/fight-secrets';
import type { FightLogRepository } from '../fights/fight-log.repository';
import type { FightPlayersRepository } from '../fights/fight-players.repository';
import type { FightsRepository } from '../fights/fights.repository';
import { SpectatorsService } from './spectators.service';

/** The most inputs that are replayed in one turn of the event loop. */
const INPUTS_AT_ONCE = 100;
const PLAYERS = 16;
const DELAY_TURNS = 3;
const [SERVER_SEED, CLIENT_SEEDS] = ['5e'.repeat(32), {}];

interface LongDuel {
  readonly fight: object;
  readonly steps: readonly { readonly number: number; readonly input: FightInput | null; readonly lastSeq: number }[];
  readonly states: readonly FightState[];
}

/** Eight players against eight, which all pass until the last round. */
function longDuel(): LongDuel {
  const participants = Array.from({ length: PLAYERS }, (_, number) =>
    simulatedPlayer(`player:${number}`, number % 2 === 0 ? 0 : 1, 'mage', 10),
  );
  const setup = { mode: 'duel', participants } as const;
  const rolls = rollsFor(SERVER_SEED, CLIENT_SEEDS);
  const states = [beginFight(setup, rolls).state];
  const inputs: FightInput[] = [];
  for (let state = states[0]; state;) {
    const input: FightInput = { type: 'act', actorId: state.queue[0] ?? '', action: { type: 'pass' } };
    const next = stepFight(state, input, rolls);
    if (typeof next === 'string') throw new Error(`the rules refused to pass: ${next}`);
    if (next.state.outcome) break;
    inputs.push(input);
    states.push((state = next.state));
  }
  const state = states.at(-1);
  const steps = [null, ...inputs].map((input, number) => ({ number, input, lastSeq: states[number]?.seq ?? 0 }));
  const players = participants.map(({ id }) => ({ userId: id, characterId: id }));
  const secrets = { serverSeed: SERVER_SEED, clientSeeds: CLIENT_SEEDS };
  const settings = { phase: 'active', mode: 'duel', spectators: 'public', delayTurns: DELAY_TURNS };
  return { fight: { id: 'long', ...settings, ...secrets, players, setup, state, seq: state?.seq }, steps, states };
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

it('the replay of a long fight for a spectator gives way to other work after every hundred inputs', async () => {
  const { fight, steps, states } = longDuel();
  // They answer in the same turn of the event loop, so that only the replay gives way.
  const fights = { find: () => Promise.resolve(fight) } as unknown as FightsRepository;
  const shown = states.at(-1 - DELAY_TURNS);
  const log = {
    lastSeqBeforeActionOf: () => Promise.resolve(shown?.seq ?? 0),
    inputsBetween: (_: string, __: number, upTo: number) =>
      Promise.resolve(steps.filter(({ lastSeq }) => lastSeq <= upTo)),
  } as unknown as FightLogRepository;
  const rooms = { enter: () => Promise.resolve() } as unknown as RoomService;
  const blocks = { hiddenFrom: () => Promise.resolve(new Set()) } as unknown as BlockList;
  const spectators = new SpectatorsService(fights, {} as FightPlayersRepository, log, rooms, blocks);
  const caller = { principal: { userId: 'spectator' } } as Caller;
  const { turns, result } = await countLoopTurns(() => spectators.watch(caller, { sessionId: 'long' }));
  expect(steps.length).toBeGreaterThan(10 * INPUTS_AT_ONCE);
  expect(turns).toBeGreaterThanOrEqual(Math.floor((steps.length - DELAY_TURNS) / INPUTS_AT_ONCE));
  expect(result.state).toMatchObject({ turn: shown?.turn, round: shown?.round });
});
