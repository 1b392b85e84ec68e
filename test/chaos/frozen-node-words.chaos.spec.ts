/** A node stands still past its lease, its clients come back on another one, and when it goes on it disturbs none of them. */
import { until } from '../support/client';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';
import { Witness } from './support/witness';

const EACH = 4;
const AFTERWARDS = 300;

scenario('words past a frozen node', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const crowds = await Promise.all([Crowd.enter(world, west, EACH), Crowd.enter(world, west, EACH)]);
  const ids = crowds.flatMap(({ travellers }) => travellers.map(({ id }) => id));
  const witness = await Witness.of(world, east, ids);
  await witness.agrees(ids, 'all are online');
  const speech = await Speech.on(world, east, 20);
  await speech.more(50);
  west.freeze();
  await speech.more(world.chance.below(50));
  for (const [index, crowd] of crowds.entries()) {
    crowd.lead(east);
    // The frozen node learns of the end of one crowd when it goes on, and takes the other for connected.
    crowd.gate.cut({ halfOpen: index === 1 });
  }
  await Promise.all(crowds.map((crowd) => crowd.back()));
  const [leases = ''] = await world.probe.keys('*:leases');
  await until(async () => (await world.probe.zcard(leases)) === 1, 'its lease is over', 30_000);
  await witness.agrees(ids, 'they are online on the other node');
  witness.forget();
  west.thaw();
  await west.is('ok');
  await until(
    async () => (await west.figures()).connections.total === 0,
    'it has given up the old connections',
    60_000,
  );
  await speech.more(AFTERWARDS);
  const said = await speech.stop();
  await Promise.all(crowds.map((crowd) => crowd.heard(said, [true])));
  await witness.agrees(ids, 'they are still online');
  expect(witness.told).toEqual([]);
  expect((await east.figures()).connections.total).toBe(ids.length + 2);
  for (const crowd of crowds) {
    for (const { client } of crowd.travellers) {
      expect(client.all('system:resync')).toEqual([]);
      client.close();
    }
  }
  await witness.agrees([], 'no ghost stays');
  return { clients: ids.length, words: said.length };
});
