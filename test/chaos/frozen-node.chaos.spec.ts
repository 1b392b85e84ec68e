/** A node stands still past its lease and goes on: its users are told offline once, online once, and all is exact. */
import { until } from '../support/client';
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

const USERS = 10;

scenario('a frozen node', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const [frozen, others] = await Promise.all([world.joinMany(west, USERS), world.joinMany(east, USERS)]);
  const ids = [...frozen, ...others].map(({ id }) => id);
  const witness = await Witness.of(world, east, ids);
  await witness.agrees(ids, 'all are online');
  witness.forget();
  west.freeze();
  await witness.agrees(
    others.map(({ id }) => id),
    'the frozen users are offline',
  );
  west.thaw();
  await witness.agrees(ids, 'they are back');
  for (const { id } of frozen) expect(witness.toldOf(id)).toBe('-+');
  expect(witness.told.length).toBe(2 * USERS);
  await until(() => frozen.every(({ client }) => client.socket.connected), 'their connections have held');
  for (const { client } of frozen) await client.settled();
  return { users: USERS, told: witness.told.length };
});
