/** 20 clients walk where four cells meet, on two nodes, and lose packets: in each tick, each view is accurate. */
import { scenario, TWO_NODES } from './support/scenario';
import { runWalkers } from './support/walkers/walker-process';
import { expectWalkInvariants } from './support/walkers/walk-invariants';

const places = Array.from({ length: 20 }, (_, index) => ({
  x: 50 + 4 * (index % 5),
  y: 142 + 4 * Math.floor(index / 5),
}));

scenario('the views of 20 random walkers lag at most ten ticks', TWO_NODES, async (cluster) =>
  expectWalkInvariants(await runWalkers(cluster, { zone: 'starting_village', forMs: 3_000, places })),
);
