/** A node dies after its users have gone and before it could tell anybody: another one tells it, once. */
import { until } from '../support/client';
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

const USERS = 12;
/** A killed node's users are offline for others by then. */
const WITHIN_MS = 15_000;

scenario('the last words of a killed node', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const players = await world.joinMany(west, USERS);
  const ids = players.map(({ id }) => id);
  const witness = await Witness.of(world, east, ids);
  await witness.agrees(ids, 'all are online');
  const untold = (): Promise<number> => world.probe.zcard('{rt}:members:untold');
  await until(async () => (await untold()) === 0, 'everything has been told');
  witness.forget();
  // Names are looked up before anything is told: here nobody gets further than that.
  world.postgresGate.hold();
  for (const { client } of players) client.close();
  await until(async () => (await untold()) === USERS, 'the store knows that they have gone');
  await west.kill();
  world.postgresGate.release();
  await witness.agrees([], 'the other node has told it', WITHIN_MS);
  await until(async () => (await untold()) === 0, 'nothing more is to be told');
  for (const id of ids) expect(witness.toldOf(id)).toBe('-');
  await west.restart();
  return { users: USERS, told: witness.told.length };
});
