/** One node loses Redis, the other keeps it: its users seem offline there, go on locally, and all is exact when it heals. */
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

const USERS = 8;

scenario('a partitioned node', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const [cut, others] = await Promise.all([world.joinMany(west, USERS), world.joinMany(east, USERS)]);
  const ids = [...cut, ...others].map(({ id }) => id);
  const witness = await Witness.of(world, east, ids);
  await witness.agrees(ids, 'all are online');
  witness.forget();
  await west.redisGate.shut();
  await witness.agrees(
    others.map(({ id }) => id),
    'those behind the cut seem offline',
  );
  const [speaker] = cut;
  expect(await speaker?.client.send('chat:message', { channel: 'global', text: 'inside' })).toMatchObject({
    success: true,
  });
  for (const { client } of cut) await client.event('chat:message', ({ text }) => text === 'inside');
  const gone = cut.slice(0, 3);
  const inside = await Witness.of(
    world,
    west,
    gone.map(({ id }) => id),
  );
  for (const { client } of gone) client.close();
  await inside.agrees([], 'their going is told behind the cut');
  await west.redisGate.open();
  await west.is('ok');
  const staying = [...cut.slice(3), ...others].map(({ id }) => id);
  await witness.agrees(staying, 'it has healed');
  for (const { id } of cut) expect(witness.toldOf(id)).toBe(gone.some((left) => left.id === id) ? '-' : '-+');
  return { users: ids.length, told: witness.told.length };
});
