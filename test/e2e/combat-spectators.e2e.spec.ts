/** What spectators receive over the wire does not depend on what is hidden from them, to the last byte. */
import { CharactersService } from '../../apps/server/src/characters';
import { InventoryService } from '../../apps/server/src/inventory';
import { commitmentTo } from '../../apps/server/src/combat/fairness/fight-secrets';
import { SeedOffers } from '../../apps/server/src/combat/fairness/seed-offers';
import { closeClients } from '../support/clients/client';
import { act, duel, placeFighter, succeed } from '../support/domains/combat-players';
import { fightRow } from '../support/domains/fight-rows';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf, type PlacedPlayer } from '../support/zones/placed-players';

const SERVER_SEED = '5e'.repeat(32);
const ITEM_TURNS = 4;
const server = usePrivateServer({ LIMITS: 'off' });
afterEach(() => {
  jest.restoreAllMocks();
  closeClients();
});
const newFighter = () => placeFighter(placementServerOf(server));

/** A duel by the same seed and the same actions. @returns all that its spectator has received, without the id of the fight. */
async function watchedDuel([anna, ben]: readonly [PlacedPlayer, PlacedPlayer]): Promise<string> {
  const spectator = await newFighter();
  const { sessionId } = await duel(anna, ben);
  const shown = await succeed(spectator.client, 'combat:spectate', { sessionId });
  for (;;) {
    const { phase, state } = await fightRow(server, sessionId);
    if (phase === 'ended') break;
    const player = state.queue[0] === anna.characterId ? anna : ben;
    const action = state.turn <= ITEM_TURNS ? { type: 'item', itemId: 'healing_potion' } : { type: 'attack' };
    expect(await act(player, sessionId, action)).toMatchObject({ success: true });
  }
  await spectator.client.waitForEvent('combat:ended');
  const events = spectator.client.received.filter(({ event }) => event.startsWith('combat:'));
  return JSON.stringify([shown, events]).replaceAll(sessionId, 'fight');
}

it('two duels that differ in the bags of their players look the same to their spectators', async () => {
  jest
    .spyOn(SeedOffers.prototype, 'draw')
    .mockResolvedValue({ serverSeed: SERVER_SEED, commitment: commitmentTo(SERVER_SEED) });
  const players = [await newFighter(), await newFighter()] as const;
  const inventory = server.app.get(InventoryService);
  const give = async (player: PlacedPlayer, items: object): Promise<void> => {
    const { accountId } = (await server.app.get(CharactersService).find(player.characterId))!;
    await inventory.change(player.characterId, accountId, items);
  };
  for (const player of players) await give(player, { healing_potion: ITEM_TURNS });
  const first = await watchedDuel(players);
  await give(players[0], { healing_potion: 7, smoke_bomb: 3 });
  await give(players[1], { healing_potion: 9, energy_tonic: 1, throwing_knife: 2 });
  expect(await watchedDuel(players)).toBe(first);
  expect(first).toContain(SERVER_SEED);
});
