/** The connections on which nodes hear each other are killed every second under load: all hear everything, in one order. */
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';
import { heardAlike } from './support/words';

const EACH = 4;
const TIMES = 20;

scenario('subscriber connections killed', { nodes: ['west', 'east'] }, async (world) => {
  const crowds = await Promise.all(world.nodes.map((node) => Crowd.enter(world, node, EACH)));
  const all = crowds.flatMap(({ travellers }) => travellers);
  const speeches = await Promise.all(world.nodes.map((node) => Speech.on(world, node, 20)));
  let killed = 0;
  for (let time = 0; time < TIMES; time++) {
    await delay(1_000);
    killed += Number(await world.probe.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
  }
  expect(killed).toBeGreaterThanOrEqual(TIMES);
  await Promise.all(speeches.map((speech) => speech.more(50)));
  const said = await Promise.all(speeches.map((speech) => speech.stop()));
  await heardAlike(all, said);
  for (const { client, returns } of all) {
    expect([client.all('system:error'), client.all('system:resync')]).toEqual([[], []]);
    expect(returns).toEqual([]);
  }
  return { killed, clients: all.length, words: said.flat().length };
});
