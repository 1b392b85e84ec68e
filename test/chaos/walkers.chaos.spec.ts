/**
 * Two hundred walk about at random for a minute, on two nodes, and lose one volatile packet of twenty. What each of them
 * shows, in each tick, was true in one of the ten ticks before: `support/walkers/judge.ts` says what that means.
 */
import { join } from 'node:path';
import { BODY, waysOf } from '../../apps/server/src/world/zones/zone';
import { readZones } from '../../apps/server/src/world/zones/zone-folder';
import { scenario } from './support/scenario';
import { walkAbout } from './support/walkers/company';
import { expectTrue } from './support/walkers/truth';

const WALKERS = 200;

scenario('two hundred random walkers', { nodes: ['west', 'east'], ungated: true, limitMs: 600_000 }, async (world) => {
  const forest = readZones(join(__dirname, '../../apps/server/zones'), {
    zone: 'starting_village',
    x: 100,
    y: 100,
  }).get('forest');
  if (!forest) throw new Error('there is no forest');
  const ways = waysOf(forest, BODY);
  const places: { x: number; y: number }[] = [];
  while (places.length < WALKERS) {
    const place = { x: world.chance.below(forest.width), y: world.chance.below(forest.height) };
    if (ways.isFree(place)) places.push(place);
  }
  return expectTrue(await walkAbout(world, { zone: forest.id, forMs: 60_000, places }));
});
