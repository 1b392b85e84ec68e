/**
 * Two hundred walk about at random for a minute, on two nodes, and lose one volatile packet of twenty. What each of them
 * shows, in each tick, was true in one of the ten ticks before: `support/walkers/judge.ts` says what that means.
 */
import { scenario } from './support/scenario';
import { walkAbout } from './support/walkers/company';
import { groundOf } from './support/walkers/ground';
import { expectTrue } from './support/walkers/truth';

const WALKERS = 200;

scenario('two hundred random walkers', { nodes: ['west', 'east'], ungated: true, limitMs: 600_000 }, async (world) => {
  const { zone, ways } = groundOf('forest');
  const places: { x: number; y: number }[] = [];
  while (places.length < WALKERS) {
    const place = { x: world.chance.below(zone.width), y: world.chance.below(zone.height) };
    if (ways.isFree(place)) places.push(place);
  }
  return expectTrue(await walkAbout(world, { zone: zone.id, forMs: 60_000, places }));
});
