/** The node of the clients is killed without a word: they go on where they were, on the node that is left. */
import { scenario } from './support/scenario';
import { tenTimes } from './support/rounds';

scenario('SIGKILL of the node of the clients', { nodes: ['west', 'east'] }, (world) =>
  tenTimes(world, async (crowd) => {
    const [doomed, left] = [world.node(0), world.node(1)];
    crowd.lead(left);
    await doomed.kill();
    await crowd.back();
    await doomed.restart();
  }),
);
