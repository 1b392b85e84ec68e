/** Users with a tab on each of two nodes close them in any order: each is told offline once, with the last one. */
import { connect } from '../support/client';
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

scenario('two tabs on two nodes', { nodes: ['west', 'east'] }, async (world) => {
  const guests = await world.guests(20);
  const ids = guests.map(({ id }) => id);
  const tabs = await Promise.all(
    guests.map(({ accessToken }) => Promise.all(world.nodes.map(({ url }) => connect(url, accessToken)))),
  );
  const witness = await Witness.of(world, world.chance.pick(world.nodes), ids);
  await witness.agrees(ids, 'all are online');
  const last = tabs.map((own) => {
    const first = world.chance.pick(own);
    first.close();
    return own.find((tab) => tab !== first);
  });
  for (const tab of last) await tab?.settled();
  witness.forget();
  const [leaving, staying] = [last.slice(0, 12), last.slice(12)];
  for (const tab of leaving) tab?.close();
  await witness.agrees(ids.slice(12), 'those with no tab are offline');
  for (const tab of staying) await tab?.settled();
  expect(witness.told.length).toBe(12);
  return { users: 20, offline: witness.told.length };
});
