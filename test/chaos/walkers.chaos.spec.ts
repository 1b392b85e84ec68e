/**
 * 200 clients walk at random for a minute on two nodes and lose one volatile packet of twenty. In each tick, the view of
 * each client matches the server's state of one of the last ten ticks; `support/walkers/view-checker.ts` defines this.
 */
import { scenario, TWO_NODES } from './support/scenario';
import { runWalkers } from './support/walkers/walker-process';
import { loadWalkableZone } from './support/walkers/walkable-zone';
import { expectWalkInvariants } from './support/walkers/walk-invariants';

const WALKERS = 200;
const SETTINGS = { ...TWO_NODES, isUngated: true, limitMs: 600_000 };

scenario('the views of 200 random walkers lag at most ten ticks', SETTINGS, async (cluster) => {
  const { zone, pathfinder } = loadWalkableZone('forest');
  const places: { x: number; y: number }[] = [];
  while (places.length < WALKERS) {
    const position = { x: cluster.random.nextInt(zone.width), y: cluster.random.nextInt(zone.height) };
    if (pathfinder.isFree(position)) places.push(position);
  }
  return expectWalkInvariants(await runWalkers(cluster, { zone: zone.id, forMs: 60_000, places }));
});
