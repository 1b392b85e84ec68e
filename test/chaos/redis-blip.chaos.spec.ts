/** Redis is away for less than words are held: nobody is told, nothing is lost, and all hear one order. */
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';
import { heardAlike } from './support/words';

const EACH = 4;
const AWAY_MS = 2_000;
const TOLD = ['system:error', 'system:resync', 'system:disconnected'] as const;

scenario('a blip of Redis', { nodes: ['west', 'east'] }, async (world) => {
  const crowds = await Promise.all(world.nodes.map((node) => Crowd.enter(world, node, EACH)));
  const all = crowds.flatMap(({ travellers }) => travellers);
  const speeches = await Promise.all(world.nodes.map((node) => Speech.on(world, node, 20)));
  await Promise.all(speeches.map((speech) => speech.more(50)));
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.shut()));
  await delay(AWAY_MS);
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.open()));
  await Promise.all(world.nodes.map((node) => node.is('ok')));
  await Promise.all(speeches.map((speech) => speech.more(50)));
  const said = await Promise.all(speeches.map((speech) => speech.stop()));
  for (const { client, returns } of all) {
    expect(TOLD.flatMap((event) => client.all(event))).toEqual([]);
    expect(returns).toEqual([]);
  }
  await heardAlike(all, said);
  return { clients: all.length, words: said.flat().length };
});
