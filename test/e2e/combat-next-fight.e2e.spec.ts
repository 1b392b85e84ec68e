/** What a character does right after a fight, or beside one: it begins the next one where it stands, and watches none it plays in. */
import { FightersRepository } from '../../apps/server/src/combat/fighters/fighters.repository';
import { closeClients, waitUntil } from '../support/clients/client';
import { act, hunt, placeFighter, RATS, succeed } from '../support/domains/combat-players';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf, type PlacedPlayer } from '../support/zones/placed-players';

const server = usePrivateServer({ LIMITS: 'off' });
afterEach(() => {
  jest.restoreAllMocks();
  closeClients();
});
const newFighter = () => placeFighter(placementServerOf(server));

/** Passes until the rat has won. */
async function beDefeated(player: PlacedPlayer): Promise<void> {
  const { sessionId } = await hunt(player);
  const hasEnded = () => player.client.eventsNamed('combat:ended').some((end) => end.sessionId === sessionId);
  while (!hasEnded()) await act(player, sessionId, { type: 'pass' });
}

it('a defeated character begins no fight before it has returned to the spawn point', async () => {
  const anna = await newFighter();
  // The return waits until the test lets it happen.
  const statusOf = FightersRepository.prototype.statusOf;
  const clear = jest.spyOn(FightersRepository.prototype, 'clearRespawns').mockResolvedValue();
  await beDefeated(anna);
  expect(await anna.client.send('combat:start', { monsterId: RATS[0] })).toMatchObject({
    error: { code: 'CONFLICT' },
  });
  clear.mockRestore();
  const fighters = server.app.get(FightersRepository, { strict: false });
  await waitUntil(
    async () => (await statusOf.call(fighters, [anna.characterId])).get(anna.characterId)?.mustRespawn !== true,
    'the return',
  );
  expect(await anna.client.send('combat:start', { monsterId: RATS[0] })).toMatchObject({
    error: { code: 'CONFLICT', details: { reason: 'too_far' } },
  });
});

it('a spectator who joins gets each entry once', async () => {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await hunt(anna);
  await succeed(ben.client, 'combat:spectate', { sessionId });
  await succeed(ben.client, 'combat:join', { sessionId });
  await ben.client.roundTrip();
  ben.client.clearReceived();
  const first = ben.client.waitForEvent('combat:action_result');
  for (const player of [anna, ben]) await act(player, sessionId, { type: 'defend' });
  await first;
  await ben.client.roundTrip();
  const seqs = ben.client.eventsNamed('combat:action_result').flatMap(({ entries }) => entries.map(({ seq }) => seq));
  expect(seqs).toEqual([...new Set(seqs)]);
});
