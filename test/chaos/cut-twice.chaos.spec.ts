/** Who is cut off once is cut off again: after the return, when its transport opens, or anywhere on the way. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Crowd } from './support/crowd';
import { scenario } from './support/scenario';
import { tenTimes } from './support/rounds';
import type { World } from './support/world';

const nodes = ['west', 'east'];

/** From the first node to the second, and from wherever they have got to by then back to the first. */
async function cutTwice(world: World, crowd: Crowd, between: () => Promise<unknown>): Promise<void> {
  for (const node of [world.node(1), world.node(0)]) {
    crowd.lead(node);
    crowd.gate.cut({ halfOpen: world.chance.pick([true, false]) });
    if (node === world.node(1)) await between();
  }
}

scenario('two cuts in a row, from node to node', { nodes }, (world) =>
  tenTimes(world, async (crowd) => {
    await cutTwice(world, crowd, () => crowd.back());
    await crowd.back(2);
  }),
);

scenario('a second cut while the return from the first is under way', { nodes }, (world) =>
  tenTimes(world, async (crowd, chance, round) => {
    const { client } = chance.pick(crowd.travellers);
    const opened = new Promise<void>((resolve) => client.socket.io.once('open', resolve));
    await cutTwice(world, crowd, () => (round % 2 === 0 ? opened : delay(chance.below(400))));
  }),
);
