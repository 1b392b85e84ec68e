/** Redis is restarted and has lost everything: nodes bring their members back, and nobody is told what has not happened. */
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

scenario('Redis restarted empty', { nodes: ['west', 'east'] }, async (world) => {
  const players = (await Promise.all(world.nodes.map((node) => world.joinMany(node, 20)))).flat();
  const ids = players.map(({ id }) => id);
  const witness = await Witness.of(world, world.node(0), ids);
  await witness.agrees(ids, 'all are online');
  witness.forget();
  await world.redis.restart();
  await Promise.all(world.nodes.map((node) => node.is('ok')));
  await witness.agrees(ids, 'all are online again');
  expect(witness.told).toEqual([]);
  const gone = players.filter(() => world.chance.below(2) === 0);
  for (const { client } of gone) client.close();
  const staying = players.filter((player) => !gone.includes(player));
  await witness.agrees(
    staying.map(({ id }) => id),
    'those who left afterwards are offline',
  );
  expect(witness.told.length).toBe(gone.length);
  return { clients: players.length, left: gone.length };
});
