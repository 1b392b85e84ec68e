/** Who has received nothing but the greeting is cut off in every way, to either node, and gets all that is said meanwhile. */
import { burst } from './support/burst';
import { Crowd } from './support/crowd';
import { scenario } from './support/scenario';

const CLIENTS = 3;
const GREETING = ['auth:success', 'system:connected', 'system:sync'];

scenario('recovery with nothing received but the greeting', { nodes: ['west', 'east'] }, async (world) => {
  const speaker = await world.join(world.node(1));
  const gates = [];
  let events = 0;
  for (const node of world.nodes) {
    for (const halfOpen of [false, true]) {
      const crowd = await Crowd.enter(world, world.node(0), CLIENTS);
      for (const { client } of crowd.travellers) expect(client.received.map(({ event }) => event)).toEqual(GREETING);
      crowd.keepAway({ halfOpen });
      const texts = await burst(speaker, 20 + world.chance.below(60));
      crowd.lead(node);
      await crowd.back();
      texts.push(...(await burst(speaker, 20)));
      await crowd.heard(texts, [true]);
      for (const { client } of crowd.travellers)
        expect(client.all('system:connected').map(({ recovered }) => recovered)).toEqual([false, true]);
      // They stay; nobody looks at what they hear of the next round.
      gates.push(crowd.gate);
      events += texts.length * CLIENTS;
    }
  }
  // What is still half-open would keep the node waiting at its end.
  for (const gate of gates) await gate.shut();
  return { cuts: 4, clients: 4 * CLIENTS, events };
});
