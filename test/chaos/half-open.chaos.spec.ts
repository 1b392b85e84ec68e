/** The network goes without a word: the server still holds the dead connections when their clients are back. */
import { scenario } from './support/scenario';
import { tenTimes } from './support/rounds';

const nodes = ['west', 'east'];

scenario('a half-open connection, back to the other node', { nodes }, (world) =>
  tenTimes(world, async (crowd) => {
    crowd.lead(world.node(1));
    crowd.gate.cut({ halfOpen: true });
    await crowd.back();
  }),
);

scenario('a half-open connection, back to the same node', { nodes }, (world) =>
  tenTimes(world, async (crowd) => {
    crowd.gate.cut({ halfOpen: true });
    await crowd.back();
  }),
);
