/** What players see stays true though volatile packets are lost, or though they do not read for a while. */
import { closeClients, until } from '../support/client';
import { type Game, startGame } from '../support/game';
import { type PlacedPlayer, playAt, worldOf } from '../support/placed-players';
import { SEED } from '../support/properties';
import { chances } from '../support/walks';

const LOSS = 0.05;
const WALKERS = 16;
const STEPS = 40;

let game: Game;

beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

/** What a client shows, without what goes on by itself. */
const shown = ({ picture }: PlacedPlayer): string =>
  JSON.stringify(
    [...picture.entities.values()]
      .filter((seen) => 'class' in seen)
      .map(({ id, x, y }) => [id, x, y])
      .sort(),
  );

/** By a picture that is new. */
async function truth(player: PlacedPlayer): Promise<string> {
  const { client, characterId, picture } = player;
  const states = picture.counts.states;
  const encoding = picture.counts.bytes > 0 ? 'binary' : 'json';
  await client.send('character:select', { characterId, encoding });
  await until(() => picture.counts.states > states, 'the state has come');
  return shown(player);
}

async function expectTrue(players: readonly PlacedPlayer[]): Promise<void> {
  const before = players.map(shown);
  const now = await Promise.all(players.map(truth));
  expect(before).toEqual(now);
}

it('is true a second after everybody has stopped, of twenty packets one lost', async () => {
  const chance = chances(SEED);
  const players = await Promise.all(
    Array.from({ length: WALKERS }, (_, index) =>
      playAt(worldOf(game.server), {
        zone: 'starting_village',
        // Around the corner of four cells, where most steps over a border are.
        x: 52 + 4 * (index % 4),
        y: 142 + 4 * Math.floor(index / 4),
        encoding: index % 2 === 0 ? 'json' : 'binary',
        drop: () => chance() < LOSS,
      }),
    ),
  );
  const places = players.map((_, index) => ({ x: 52 + 4 * (index % 4), y: 142 + 4 * Math.floor(index / 4) }));
  for (let step = 0; step < STEPS; step++) {
    await Promise.all(
      players.map(async (player, index) => {
        const from = places[index]!;
        const angle = chance() * 2 * Math.PI;
        const to = {
          x: Math.round((from.x + Math.cos(angle)) * 100) / 100,
          y: Math.round((from.y + Math.sin(angle)) * 100) / 100,
        };
        if (await player.step(to.x, to.y)) places[index] = to;
      }),
    );
  }
  const [{ picture }] = players as [PlacedPlayer];
  const { tick } = picture;
  await until(() => picture.tick > tick + 12, 'a second has gone by');
  await expectTrue(players);
  expect(players.reduce((sum, each) => sum + each.picture.counts.dropped, 0)).toBeGreaterThan(0);
});

it('is true again for who did not read for a while, though what came meanwhile was dropped', async () => {
  const slow = await playAt(worldOf(game.server), { x: 20, y: 100, encoding: 'binary' });
  const go = slow.client.stopReading();
  const others = await Promise.all([1, 2, 3, 4].map((each) => playAt(worldOf(game.server), { x: 20 + each, y: 104 })));
  others[0]!.client.close();
  for (let step = 1; step <= 20; step++)
    await Promise.all(others.slice(1).map(({ step: walk }, index) => walk(21 + index + step / 10, 104)));
  go();
  const [first] = others.slice(1) as [PlacedPlayer];
  await until(() => shown(slow) === shown(first), 'it shows what the others show');
});
