/** What clients make of what they are told is what they see: whoever comes, goes, crosses borders or turns round, in both forms. */
import { fc } from '../../../../../test/support/properties';
import { MovingCrowd } from '../../../../../test/support/moving-crowd';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const who = fc.nat(11);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), who, x: share, y: share }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('walk' as const), who, x: share, y: share }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('watch' as const), who, binary: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rest' as const) }) },
);
/** Many enough that most come to see each other: by itself the library makes up short lists. */
const steps = fc.array(step, { minLength: 60, maxLength: 200, size: 'max' });

it('shows everybody exactly whom they see, two ticks after the last change at the latest', () => {
  fc.assert(
    fc.property(steps, (told) => {
      const crowd = new MovingCrowd();
      for (const each of told) {
        crowd.play(each);
        if (each.kind === 'rest') crowd.expectTrue();
      }
      crowd.rest();
      crowd.expectTrue();
    }),
  );
});

it('shows them that also where packets are lost, within a second', () => {
  fc.assert(
    fc.property(steps, fc.array(fc.boolean(), { minLength: 50, maxLength: 200 }), (told, lost) => {
      // To each client any, as long as it gets the eight before.
      const losing = (): (() => boolean) => {
        let [packet, last] = [0, -Infinity];
        return () => {
          const isLost = ++packet - last > 8 && lost[packet % lost.length] === true;
          if (isLost) last = packet;
          return isLost;
        };
      };
      const crowd = new MovingCrowd(losing);
      for (const each of told) crowd.play(each);
      for (let tick = 0; tick < 12; tick++) crowd.play({ kind: 'tick' });
      crowd.expectTrue();
    }),
  );
});

it('lets three of the four packets be lost that tell of a change, and every keyframe', () => {
  let isLost = false;
  const crowd = new MovingCrowd(() => () => isLost);
  crowd.play({ kind: 'put', who: 0, x: 0.5, y: 0.5 });
  crowd.play({ kind: 'put', who: 1, x: 0.5, y: 0.5 });
  crowd.play({ kind: 'watch', who: 0, binary: false });
  crowd.rest();
  // From one keyframe to the next there are ten ticks.
  while (crowd.told(0).at(-1)?.text.includes('"full"') !== true) crowd.play({ kind: 'tick' });
  crowd.play({ kind: 'remove', who: 1 });
  crowd.play({ kind: 'put', who: 2, x: 0.5, y: 0.5 });
  isLost = true;
  for (let tick = 0; tick < 6; tick++) crowd.play({ kind: 'tick' });
  isLost = false;
  crowd.play({ kind: 'tick' });
  crowd.expectTrue();
});

it('shows those who lagged the whole of it once they read again', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const crowd = new MovingCrowd();
      for (const each of before) crowd.play(each);
      crowd.lagging = true;
      for (const each of after) crowd.play(each);
      crowd.play({ kind: 'tick' });
      crowd.lagging = false;
      for (let tick = 0; tick < 12; tick++) crowd.play({ kind: 'tick' });
      crowd.expectTrue();
    }),
  );
});

it('tells nobody of a crowd that is out of sight', () => {
  const crowd = new MovingCrowd();
  crowd.play({ kind: 'put', who: 0, x: 0, y: 0 });
  crowd.play({ kind: 'watch', who: 0, binary: false });
  for (let one = 1; one < 8; one++) crowd.play({ kind: 'put', who: one, x: 1, y: 1 });
  for (let tick = 0; tick < 25; tick++) {
    for (let one = 1; one < 8; one++) crowd.play({ kind: 'walk', who: one, x: 1, y: 0.9 + (tick % 2) / 10 });
    crowd.play({ kind: 'tick' });
  }
  expect(crowd.told(0).filter(({ text }) => /"(?!0")\d+"/.test(text))).toEqual([]);
  expect(crowd.told(0).length).toBeGreaterThan(0);
});

it('gives all who look from one cell the very same packet', () => {
  const crowd = new MovingCrowd();
  for (let one = 0; one < 5; one++) {
    crowd.play({ kind: 'put', who: one, x: 0.5, y: 0.5 });
    crowd.play({ kind: 'watch', who: one, binary: one % 2 === 0 });
  }
  for (let one = 0; one < 5; one++) crowd.play({ kind: 'walk', who: one, x: 0.5, y: 0.501 });
  crowd.play({ kind: 'tick' });
  expect(crowd.told(0)).toEqual(crowd.told(2));
  expect(crowd.told(1)).toEqual(crowd.told(3));
  expect(crowd.packets.size).toBe(3);
});

it('repeats where somebody stands who moves no more for five ticks, and then only in keyframes', () => {
  const crowd = new MovingCrowd();
  crowd.play({ kind: 'put', who: 0, x: 0.5, y: 0.5 });
  crowd.play({ kind: 'watch', who: 0, binary: false });
  for (let tick = 0; tick < 20; tick++) crowd.play({ kind: 'tick' });
  crowd.forget();
  crowd.play({ kind: 'walk', who: 0, x: 0.5, y: 0.502 });
  for (let tick = 0; tick < 30; tick++) crowd.play({ kind: 'tick' });
  const moves = crowd.told(0).filter(({ event }) => event === 'zone:moves');
  expect(moves.filter(({ text }) => text.includes('"full"'))).toHaveLength(3);
  const changes = moves.filter(({ text }) => !text.includes('"full"')).length;
  // One of the six may be told by a keyframe.
  expect([5, 6]).toContain(changes);
});
