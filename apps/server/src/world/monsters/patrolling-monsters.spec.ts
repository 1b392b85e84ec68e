/** Patrolling monsters: stay in their box and below their speed, never jump, and have the same pose on all nodes. */
import { fc } from '../../../../../test/support/properties';
import { Atlas } from '../zones/atlas';
import { segmentCrossesBox, isPointInBox } from '../zones/box';
import type { Zone } from '../zones/zone';
import { hasMonster, createMonsters, monsterPoseAt } from './patrolling-monsters';

type Entry = Zone['monsters'][number];

const size = fc.double({ min: 0.1, max: 400, noNaN: true });
const coordinate = fc.double({ min: 0, max: 9_000, noNaN: true });
const anEntry: fc.Arbitrary<Entry> = fc.record({
  id: fc.constantFrom('rats', 'wolves', 'bear'),
  kind: fc.constant('beast'),
  level: fc.integer({ min: 1, max: 100 }),
  count: fc.integer({ min: 1, max: 5 }),
  speed: fc.double({ min: 0.1, max: 50, noNaN: true }),
  x: coordinate,
  y: coordinate,
  width: size,
  height: size,
});
/** Milliseconds since 1970, or a little before. */
const aTime = fc.integer({ min: -1_000_000, max: 4_000_000_000_000 });
const HOUR_MS = 3_600_000;

const monstersOf = (entry: Entry) => createMonsters({ id: 'zone', monsters: [entry] });
const atlas = Atlas.read();

describe('monster poses', () => {
  it('are within the box, with a facing from -π to π', () => {
    fc.assert(
      fc.property(anEntry, aTime, (entry, time) => {
        for (const monster of monstersOf(entry)) {
          const { x, y, facing } = monsterPoseAt(monster, time);
          expect(isPointInBox(entry, { x, y })).toBe(true);
          expect(Math.abs(facing)).toBeLessThanOrEqual(Math.PI);
        }
      }),
    );
  });

  it('change no faster than the monster walks between any two times', () => {
    fc.assert(
      fc.property(anEntry, aTime, fc.integer({ min: 0, max: HOUR_MS }), (entry, time, laterMs) => {
        for (const monster of monstersOf(entry)) {
          const [before, after] = [monsterPoseAt(monster, time), monsterPoseAt(monster, time + laterMs)];
          const walked = Math.hypot(after.x - before.x, after.y - before.y);
          expect(walked).toBeLessThanOrEqual((entry.speed * laterMs) / 1000 + 1e-6);
        }
      }),
    );
  });

  it('change no faster where the path ends and starts again', () => {
    fc.assert(
      fc.property(
        anEntry,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (entry, before, after) => {
          for (const monster of monstersOf(entry)) {
            const { durationMs, phaseMs } = monster.path;
            const end = durationMs * 1_000 - phaseMs;
            const [last, first] = [monsterPoseAt(monster, end - before), monsterPoseAt(monster, end + after)];
            const walked = Math.hypot(first.x - last.x, first.y - last.y);
            expect(walked).toBeLessThanOrEqual((entry.speed * (before + after)) / 1000 + 1e-6);
          }
        },
      ),
    );
  });

  it('do not depend on earlier queries', () => {
    fc.assert(
      fc.property(anEntry, fc.array(aTime, { minLength: 1, maxLength: 8 }), (entry, times) => {
        const queried = monstersOf(entry);
        for (const time of times) {
          const fresh = monstersOf(entry).map((monster) => monsterPoseAt(monster, time));
          expect(queried.map((monster) => monsterPoseAt(monster, time))).toEqual(fresh);
        }
      }),
    );
  });

  it('alternate between walking and resting, on a different path for each monster', () => {
    const [zone] = [...atlas.zones.values()].filter(({ id }) => id === 'forest');
    const monsters = createMonsters(zone ?? atlas.start);
    const paths = monsters.map((monster) => {
      const poses = Array.from({ length: 600 }, (_, second) => monsterPoseAt(monster, second * 1_000));
      const still = poses.filter(({ x, y }, index) => x === poses[index - 1]?.x && y === poses[index - 1]?.y);
      expect(still.length).toBeGreaterThan(10);
      expect(still.length).toBeLessThan(500);
      return JSON.stringify(poses);
    });
    expect(new Set(paths).size).toBe(monsters.length);
  });
});

describe('the monsters of the world', () => {
  const all = [...atlas.zones.values()].flatMap(createMonsters);

  it('have the numbers, kinds and levels of the zone files', () => {
    for (const zone of atlas.zones.values()) {
      const expected = zone.monsters.flatMap(({ kind, level, count }) => Array<object>(count).fill({ kind, level }));
      expect(createMonsters(zone)).toMatchObject(expected);
    }
  });

  it('have ids that are unique in the world and stable', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.map(({ id }) => id)).toContain('starting_village:yard_rats:6');
  });

  it('are found by their ids in their own zone, and no other id is', () => {
    for (const zone of atlas.zones.values()) {
      const own = createMonsters(zone).map(({ id }) => id);
      expect(all.map(({ id }) => id).filter((id) => hasMonster(zone, id))).toEqual(own);
    }
    const forged = ['', ':', 'rat', '0', '7', '01', '1.5', '1 ', '+1', '1e0', 'NaN', ''].map(
      (number) => `yard_rats:${number}`,
    );
    for (const id of ['', 'yard_rats', ...forged, ...forged.map((entry) => `starting_village:${entry}`)])
      expect([id, hasMonster(atlas.start, id)]).toEqual([id, false]);
  });

  it('cross no obstacle', () => {
    for (const zone of atlas.zones.values())
      for (const monster of createMonsters(zone))
        for (const { from, to } of monster.path.segments) {
          expect(zone.obstacles.some((obstacle) => segmentCrossesBox(obstacle, from, to))).toBe(false);
        }
  });
});
