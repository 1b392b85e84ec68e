/** Redis is away for 10 s: each node goes on alone, and afterwards presence and chat are exact over both. */
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/client';
import { scenario } from './support/scenario';
import { Witness } from './support/witness';

const EACH = 10;

scenario('Redis away for 10 s', { nodes: ['west', 'east'] }, async (world) => {
  const [west, east] = [world.node(0), world.node(1)];
  const [onWest, onEast] = await Promise.all([world.joinMany(west, EACH), world.joinMany(east, EACH)]);
  const all = [...onWest, ...onEast];
  const ids = all.map(({ id }) => id);
  const witnesses = await Promise.all(world.nodes.map((node) => Witness.of(world, node, ids)));
  for (const witness of witnesses) {
    await witness.agrees(ids, 'all are online');
    witness.forget();
  }
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.shut()));
  await Promise.all(world.nodes.map((node) => node.is('degraded')));
  const leaving = [...onWest.slice(0, 3), ...onEast.slice(0, 4)];
  for (const { client } of leaving) client.close();
  const staying = all.filter((player) => !leaving.includes(player));
  for (const { client } of staying)
    expect(await client.send('chat:message', { channel: 'global', text: 'alone' })).toMatchObject({ success: true });
  await delay(10_000);
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.open()));
  await Promise.all(world.nodes.map((node) => node.is('ok')));
  const online = staying.map(({ id }) => id).sort();
  for (const [index, witness] of witnesses.entries()) {
    await until(async () => (await witness.asked()).join() === online.join(), 'both nodes answer who is there');
    const own = (index === 0 ? onWest : onEast).filter((player) => leaving.includes(player));
    for (const { id } of own) expect(witness.toldOf(id)).toBe('-');
    const leftIds = leaving.map(({ id }) => id);
    expect(witness.told.filter((word) => word.startsWith('+') || !leftIds.includes(word.slice(1)))).toEqual([]);
    expect(new Set(witness.told).size).toBe(witness.told.length);
  }
  const speaker = world.chance.pick(staying);
  let word = 0;
  await until(async () => {
    const text = `together ${word++}`;
    await speaker.client.send('chat:message', { channel: 'global', text });
    return staying.every(({ client }) => client.all('chat:message').some((message) => message.text.startsWith('tog')));
  }, 'all hear each other again');
  expect(staying.every(({ client }) => client.socket.connected)).toBe(true);
  return { clients: all.length, left: leaving.length, words: staying.length };
});
