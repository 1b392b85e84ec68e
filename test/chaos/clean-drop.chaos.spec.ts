/** Connections break under load, ten times from ten seeds: everybody comes back, to either node, and has missed nothing. */
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import { Speech } from './support/speech';

const TIMES = 10;
const CLIENTS = 5;

scenario('a clean drop', { nodes: ['west', 'east'] }, async (world) => {
  let events = 0;
  for (let time = 0; time < TIMES; time++) {
    const crowd = await Crowd.enter(world, world.node(0), CLIENTS);
    const speech = await Speech.on(world, world.node(1));
    await speech.more(20 + world.chance.below(60));
    crowd.lead(world.chance.pick(world.nodes));
    crowd.gate.cut();
    await crowd.back();
    await speech.more(20 + world.chance.below(60));
    await crowd.heard(await speech.stop(), [true]);
    events += speech.said.length * CLIENTS;
    for (const { client } of crowd.travellers) client.close();
  }
  return { cuts: TIMES, clients: TIMES * CLIENTS, events };
});
