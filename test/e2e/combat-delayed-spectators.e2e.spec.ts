/** Delayed spectators: they see a fight as late as its starter wants, completely, and whenever they begin to watch. */
import type { CombatView } from '@aeturnis/contracts';
import { FightLogRepository } from '../../apps/server/src/combat/fights/fight-log.repository';
import { closeClients, waitUntil } from '../support/clients/client';
import { act, duel, placeFighter, succeed } from '../support/domains/combat-players';
import { type FightRow, fightRow } from '../support/domains/fight-rows';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf, type PlacedPlayer } from '../support/zones/placed-players';

const DELAY_TURNS = 2;
const TURNS = 6;
const server = usePrivateServer({ LIMITS: 'off' });
afterEach(() => {
  jest.restoreAllMocks();
  closeClients();
});
const newFighter = () => placeFighter(placementServerOf(server));

interface DelayedDuel {
  readonly sessionId: string;
  /** The player whose turn it is passes. @returns the fight afterwards. */
  pass(): Promise<FightRow>;
}

async function delayedDuel(): Promise<DelayedDuel> {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await duel(anna, ben, { delayTurns: DELAY_TURNS });
  const pass = async () => {
    const { state } = await fightRow(server, sessionId);
    await act(state.queue[0] === anna.characterId ? anna : ben, sessionId, { type: 'pass' });
    return fightRow(server, sessionId);
  };
  return { sessionId, pass };
}

const spectate = async ({ client }: PlacedPlayer, sessionId: string): Promise<CombatView> =>
  (await succeed(client, 'combat:spectate', { sessionId })) as unknown as CombatView;
const seqsOf = ({ client }: PlacedPlayer): number[] =>
  client.eventsNamed('combat:action_result').flatMap(({ entries }) => entries.map(({ seq }) => seq));
const oneTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at);

it('delayed spectators see each turn when the players are two turns ahead, and nothing before', async () => {
  const { sessionId, pass } = await delayedDuel();
  const spectator = await newFighter();
  const { state } = await spectate(spectator, sessionId);
  expect(state).toMatchObject({ seq: 0, turn: 0, queue: [], participants: [{ side: 0 }, { side: 1 }] });
  const seqOfTurn = [0, (await fightRow(server, sessionId)).seq];
  for (let turn = 2; turn <= TURNS; turn++) {
    const { state: after, seq } = await pass();
    expect(after.turn).toBe(turn);
    seqOfTurn[turn] = seq;
    const shown = seqOfTurn[turn - DELAY_TURNS] ?? 0;
    await waitUntil(() => seqsOf(spectator).length >= shown, 'the entries that may be seen');
    await spectator.client.roundTrip();
    expect(seqsOf(spectator)).toEqual(oneTo(shown));
  }
});

it('a delayed spectator that begins to watch later gets the state up to the entry that follows', async () => {
  const { sessionId, pass } = await delayedDuel();
  for (let turn = 2; turn <= TURNS; turn++) await pass();
  const spectator = await newFighter();
  const { state } = await spectate(spectator, sessionId);
  expect(state?.turn).toBe(TURNS - DELAY_TURNS);
  await pass();
  const { state: after } = await pass();
  await waitUntil(() => seqsOf(spectator).length > 0, 'the first entries');
  const latest = await newFighter();
  const { state: shown } = await spectate(latest, sessionId);
  expect(shown?.turn).toBe(after.turn - DELAY_TURNS);
  await waitUntil(() => seqsOf(spectator).at(-1) === shown?.seq, 'all entries that may be seen');
  expect(seqsOf(spectator)).toEqual(oneTo(shown?.seq ?? 0, (state?.seq ?? 0) + 1));
});

it('delayed spectators get all entries once and in order, although the database failed when some were read', async () => {
  const { sessionId, pass } = await delayedDuel();
  const spectator = await newFighter();
  await spectate(spectator, sessionId);
  for (let turn = 2; turn <= TURNS; turn++) {
    if (turn === 4) {
      const read = jest.spyOn(FightLogRepository.prototype, 'lastSeqBeforeActionOf');
      read.mockRejectedValueOnce(new Error('connection lost'));
    }
    await pass();
  }
  const shown = (await spectate(await newFighter(), sessionId)).state?.seq ?? 0;
  expect(shown).toBeGreaterThan(0);
  await waitUntil(() => seqsOf(spectator).at(-1) === shown, 'the last entries that may be seen');
  expect(seqsOf(spectator)).toEqual(oneTo(shown));
});
