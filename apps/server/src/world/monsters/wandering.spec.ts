/** Monsters that wander: in their box, no faster than they are, without a jump, and the same for everybody who asks. */
import { fc } from '../../../../../test/support/properties';
import { Atlas } from '../zones/atlas';
import { crosses, isWithin } from '../zones/box';
import type { Zone } from '../zones/zone';
import { wanderersOf, whereabouts } from './wandering';

type Entry = Zone['monsters'][number];

const size = fc.double({ min: 0.1, max: 400, noNaN: true });
const place = fc.double({ min: 0, max: 9_000, noNaN: true });
const anEntry: fc.Arbitrary<Entry> = fc.record({
  id: fc.constantFrom('rats', 'wolves', 'bear'),
  kind: fc.constant('beast'),
  level: fc.integer({ min: 1, max: 100 }),
  count: fc.integer({ min: 1, max: 5 }),
  speed: fc.double({ min: 0.1, max: 50, noNaN: true }),
  x: place,
  y: place,
  width: size,
  height: size,
});
/** Milliseconds since 1970, or a little before. */
const aTime = fc.integer({ min: -1_000_000, max: 4_000_000_000_000 });
const HOUR_MS = 3_600_000;

const monstersOf = (entry: Entry) => wanderersOf({ id: 'zone', monsters: [entry] });
const atlas = Atlas.read();

describe('whereabouts', () => {
  it('are within the box, and a direction', () => {
    fc.assert(
      fc.property(anEntry, aTime, (entry, time) => {
        for (const monster of monstersOf(entry)) {
          const { x, y, facing } = whereabouts(monster, time);
          expect(isWithin(entry, { x, y })).toBe(true);
          expect(Math.abs(facing)).toBeLessThanOrEqual(Math.PI);
        }
      }),
    );
  });

  it('change no faster than the monster walks, from any moment to any other, so that there is no jump', () => {
    fc.assert(
      fc.property(anEntry, aTime, fc.integer({ min: 0, max: HOUR_MS }), (entry, time, laterMs) => {
        for (const monster of monstersOf(entry)) {
          const [before, after] = [whereabouts(monster, time), whereabouts(monster, time + laterMs)];
          const walked = Math.hypot(after.x - before.x, after.y - before.y);
          expect(walked).toBeLessThanOrEqual((entry.speed * laterMs) / 1000 + 1e-6);
        }
      }),
    );
  });

  it('change no faster where one round ends and the next begins', () => {
    fc.assert(
      fc.property(
        anEntry,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (entry, before, after) => {
          for (const monster of monstersOf(entry)) {
            const { lengthMs, aheadMs } = monster.tour;
            const end = lengthMs * 1_000 - aheadMs;
            const [last, first] = [whereabouts(monster, end - before), whereabouts(monster, end + after)];
            const walked = Math.hypot(first.x - last.x, first.y - last.y);
            expect(walked).toBeLessThanOrEqual((entry.speed * (before + after)) / 1000 + 1e-6);
          }
        },
      ),
    );
  });

  it('are the same for who asks for the first time, and for who has asked for other times before', () => {
    fc.assert(
      fc.property(anEntry, fc.array(aTime, { minLength: 1, maxLength: 8 }), (entry, times) => {
        const asked = monstersOf(entry);
        for (const time of times) {
          const fresh = monstersOf(entry).map((monster) => whereabouts(monster, time));
          expect(asked.map((monster) => whereabouts(monster, time))).toEqual(fresh);
        }
      }),
    );
  });

  it('tell of walking and of resting, and each monster goes its own way', () => {
    const [zone] = [...atlas.zones.values()].filter(({ id }) => id === 'forest');
    const monsters = wanderersOf(zone ?? atlas.start);
    const ways = monsters.map((monster) => {
      const places = Array.from({ length: 600 }, (_, second) => whereabouts(monster, second * 1_000));
      const still = places.filter(({ x, y }, index) => x === places[index - 1]?.x && y === places[index - 1]?.y);
      expect(still.length).toBeGreaterThan(10);
      expect(still.length).toBeLessThan(500);
      return JSON.stringify(places);
    });
    expect(new Set(ways).size).toBe(monsters.length);
  });
});

describe('the monsters of the world', () => {
  const all = [...atlas.zones.values()].flatMap(wanderersOf);

  it('are as many as the files say, of the kinds and levels they say', () => {
    for (const zone of atlas.zones.values()) {
      const wanted = zone.monsters.flatMap(({ kind, level, count }) => Array<object>(count).fill({ kind, level }));
      expect(wanderersOf(zone)).toMatchObject(wanted);
    }
  });

  it('have ids that are unique in the world and stay the same', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.map(({ id }) => id)).toContain('starting_village:yard_rats:6');
  });

  it('cross no obstacle', () => {
    for (const zone of atlas.zones.values())
      for (const monster of wanderersOf(zone))
        for (const { from, to } of monster.tour.legs) {
          expect(zone.obstacles.some((obstacle) => crosses(obstacle, from, to))).toBe(false);
        }
  });
});
