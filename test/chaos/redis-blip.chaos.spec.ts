/** Redis is away for less than the three seconds that words are held: nobody is told, nothing is lost, all hear one order. */
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from './support/crowd';
import { type Counted, scenario } from './support/scenario';
import { Speech } from './support/speech';
import { heardAlike } from './support/words';
import type { World } from './support/world';

const EACH = 4;
const TOLD = ['system:error', 'system:resync', 'system:disconnected'] as const;

for (const awayMs of [1_000, 2_000])
  scenario(`a blip of Redis of ${awayMs / 1_000} s`, { nodes: ['west', 'east'] }, (world) => blip(world, awayMs));

async function blip(world: World, awayMs: number): Promise<Counted> {
  const crowds = await Promise.all(world.nodes.map((node) => Crowd.enter(world, node, EACH)));
  const all = crowds.flatMap(({ travellers }) => travellers);
  const speeches = await Promise.all(world.nodes.map((node) => Speech.on(world, node, 20)));
  await Promise.all(speeches.map((speech) => speech.more(50)));
  await Promise.all(world.nodes.map(({ redisGate }) => redisGate.shut()));
  await delay(awayMs);
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
}
