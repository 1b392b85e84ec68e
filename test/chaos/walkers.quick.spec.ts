/** Twenty walk about where four cells meet, on two nodes, and lose packets: what each shows is true, in each tick. */
import { scenario } from './support/scenario';
import { walkAbout } from './support/walkers/company';
import { expectTrue } from './support/walkers/truth';

const places = Array.from({ length: 20 }, (_, index) => ({
  x: 50 + 4 * (index % 5),
  y: 142 + 4 * Math.floor(index / 5),
}));

scenario('twenty random walkers', { nodes: ['west', 'east'] }, async (world) =>
  expectTrue(await walkAbout(world, { zone: 'starting_village', forMs: 3_000, places })),
);
