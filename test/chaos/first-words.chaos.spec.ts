/** A node dies after users have come and gone and before it could tell anybody: another one tells both, in order, once. */
import { client, until } from '../support/client';
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

const USERS = 12;
/** A killed node's users are offline for others by then. */
const WITHIN_MS = 15_000;

scenario('the first words of a killed node', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const players = await world.joinMany(west, USERS);
  const ids = players.map(({ id }) => id);
  const witness = await Witness.of(world, east, ids);
  for (const player of players) player.client.close();
  await witness.agrees([], 'all have gone');
  const untold = (): Promise<number> => world.probe.zcard('{rt}:members:untold');
  await until(async () => (await untold()) === 0, 'everything has been told');
  // As if they had not been here for long: nobody knows what was said of them last.
  const words = await world.probe.keys('*:t:presence:*');
  expect(words).toHaveLength(USERS + 1);
  await world.probe.del(...words);
  witness.forget();
  // Names are looked up before anything is told: here nobody gets further than that.
  world.postgresGate.hold();
  const comings = players.map(({ accessToken }) => client(west.url, accessToken));
  const online = (): Promise<number> => world.probe.hlen('{rt}:members:group:online');
  await until(async () => (await online()) === USERS + 1, 'the store knows that they have come');
  for (const coming of comings) coming.close();
  await until(async () => (await online()) === 1, 'the store knows that they have gone');
  await west.kill();
  world.postgresGate.release();
  await until(async () => witness.told.length === 2 * USERS, 'the other node has told it', WITHIN_MS);
  await witness.agrees([], 'nobody is left');
  await until(async () => (await untold()) === 0, 'nothing more is to be told');
  for (const id of ids) expect(witness.toldOf(id)).toBe('+-');
  expect(await world.probe.exists('{rt}:members:came')).toBe(0);
  await west.restart();
  return { users: USERS, told: witness.told.length };
});
