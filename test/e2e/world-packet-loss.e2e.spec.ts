/** The view of a client converges although volatile packets are lost, or the client does not read for a while. */
import { waitUntil } from '../support/clients/client';
import { useGame } from '../support/servers/game';
import { type PlacedPlayer, placePlayer, placementServerOf } from '../support/zones/placed-players';
import { PROPERTY_SEED } from '../support/properties';
import { seededRandom } from '../support/zones/simulated-walks';

const LOSS = 0.05;
const WALKERS = 16;
const STEPS = 40;

const game = useGame();

/** The players that a client shows, without monsters, which move by themselves. */
const shownPositions = ({ picture }: PlacedPlayer): string =>
  JSON.stringify(
    [...picture.entities.values()]
      .filter((entity) => 'class' in entity)
      .map(({ id, x, y }) => [id, x, y])
      .sort(),
  );

/** The positions in a new snapshot. */
async function authoritativePositions(player: PlacedPlayer): Promise<string> {
  const { client, characterId, picture } = player;
  const states = picture.counts.states;
  const encoding = picture.counts.bytes > 0 ? 'binary' : 'json';
  await client.send('character:select', { characterId, encoding });
  await waitUntil(() => picture.counts.states > states, 'the snapshot is received');
  return shownPositions(player);
}

async function expectInSync(players: readonly PlacedPlayer[]): Promise<void> {
  const before = players.map(shownPositions);
  const snapshots = await Promise.all(players.map(authoritativePositions));
  expect(before).toEqual(snapshots);
}

it('the view is right a second after all players have stopped, with one of twenty packets lost', async () => {
  const chance = seededRandom(PROPERTY_SEED);
  const players = await Promise.all(
    Array.from({ length: WALKERS }, (_, index) =>
      placePlayer(placementServerOf(game.server), {
        zone: 'starting_village',
        // Around a corner of four cells, where most steps cross a border.
        x: 52 + 4 * (index % 4),
        y: 142 + 4 * Math.floor(index / 4),
        encoding: index % 2 === 0 ? 'json' : 'binary',
        drop: () => chance() < LOSS,
      }),
    ),
  );
  const positions = players.map((_, index) => ({ x: 52 + 4 * (index % 4), y: 142 + 4 * Math.floor(index / 4) }));
  for (let step = 0; step < STEPS; step++) {
    await Promise.all(
      players.map(async (player, index) => {
        const from = positions[index]!;
        const angle = chance() * 2 * Math.PI;
        const to = {
          x: Math.round((from.x + Math.cos(angle)) * 100) / 100,
          y: Math.round((from.y + Math.sin(angle)) * 100) / 100,
        };
        if (await player.step(to.x, to.y)) positions[index] = to;
      }),
    );
  }
  const [{ picture }] = players as [PlacedPlayer];
  const { tick } = picture;
  await waitUntil(() => picture.tick > tick + 12, 'a second passes');
  await expectInSync(players);
  expect(players.reduce((sum, player) => sum + player.picture.counts.dropped, 0)).toBeGreaterThan(0);
});

it('the view of a client that did not read for a while converges, though packets were dropped', async () => {
  const slow = await placePlayer(placementServerOf(game.server), { x: 20, y: 100, encoding: 'binary' });
  const resumeReading = slow.client.stopReading();
  const others = await Promise.all(
    [1, 2, 3, 4].map((offset) => placePlayer(placementServerOf(game.server), { x: 20 + offset, y: 104 })),
  );
  others[0]!.client.close();
  for (let step = 1; step <= 20; step++)
    await Promise.all(others.slice(1).map(({ step: walk }, index) => walk(21 + index + step / 10, 104)));
  resumeReading();
  const [first] = others.slice(1) as [PlacedPlayer];
  await waitUntil(() => shownPositions(slow) === shownPositions(first), 'both clients show the same');
});
