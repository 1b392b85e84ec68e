/** Connections break under load, ten times: everybody comes back, to either node, and has missed nothing. */
import { tenTimes } from './support/rounds';
import { scenario } from './support/scenario';

scenario('a clean drop', { nodes: ['west', 'east'] }, (world) =>
  tenTimes(world, async (crowd, chance) => {
    crowd.lead(chance.pick(world.nodes));
    crowd.gate.cut();
    await crowd.back();
  }),
);
