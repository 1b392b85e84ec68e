/** Views reconstructed from the packets equal the actual views, for any entries, leaves and moves, in both encodings. */
import { fc } from '../../../../../test/support/properties';
import { ZoneHarness } from '../../../../../test/support/zones/zone-harness';

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
/** Enough steps that most entities see each other: by default the library generates short lists. */
const steps = fc.array(step, { minLength: 60, maxLength: 200, size: 'max' });

it('zone broadcast: each view is accurate at most two ticks after the last change', () => {
  fc.assert(
    fc.property(steps, (actions) => {
      const crowd = new ZoneHarness();
      for (const action of actions) {
        crowd.apply(action);
        if (action.kind === 'rest') crowd.expectAccurateViews();
      }
      crowd.tickUntilDelivered();
      crowd.expectAccurateViews();
    }),
  );
});

it('zone broadcast: each view is accurate within a second despite lost packets', () => {
  fc.assert(
    fc.property(steps, fc.array(fc.boolean(), { minLength: 50, maxLength: 200 }), (actions, lost) => {
      // Any packets of a client may be lost, if it received the eight before.
      const losing = (): (() => boolean) => {
        let [packet, last] = [0, -Infinity];
        return () => {
          const isLost = ++packet - last > 8 && lost[packet % lost.length] === true;
          if (isLost) last = packet;
          return isLost;
        };
      };
      const crowd = new ZoneHarness(losing);
      for (const action of actions) crowd.apply(action);
      for (let tick = 0; tick < 12; tick++) crowd.apply({ kind: 'tick' });
      crowd.expectAccurateViews();
    }),
  );
});

it('zone broadcast: a view is accurate after three of the four packets of a change, and all keyframes, were lost', () => {
  let isLost = false;
  const crowd = new ZoneHarness(() => () => isLost);
  crowd.apply({ kind: 'put', who: 0, x: 0.5, y: 0.5 });
  crowd.apply({ kind: 'put', who: 1, x: 0.5, y: 0.5 });
  crowd.apply({ kind: 'watch', who: 0, binary: false });
  crowd.tickUntilDelivered();
  // From one keyframe to the next there are ten ticks.
  while (crowd.packetsOf(0).at(-1)?.text.includes('"full"') !== true) crowd.apply({ kind: 'tick' });
  crowd.apply({ kind: 'remove', who: 1 });
  crowd.apply({ kind: 'put', who: 2, x: 0.5, y: 0.5 });
  isLost = true;
  for (let tick = 0; tick < 6; tick++) crowd.apply({ kind: 'tick' });
  isLost = false;
  crowd.apply({ kind: 'tick' });
  crowd.expectAccurateViews();
});

it('zone broadcast: a client that lagged gets its whole view once it reads again', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const crowd = new ZoneHarness();
      for (const action of before) crowd.apply(action);
      crowd.isLagging = true;
      for (const action of after) crowd.apply(action);
      crowd.apply({ kind: 'tick' });
      crowd.isLagging = false;
      for (let tick = 0; tick < 12; tick++) crowd.apply({ kind: 'tick' });
      crowd.expectAccurateViews();
    }),
  );
});

it('zone broadcast: sends nothing about entities out of sight', () => {
  const crowd = new ZoneHarness();
  crowd.apply({ kind: 'put', who: 0, x: 0, y: 0 });
  crowd.apply({ kind: 'watch', who: 0, binary: false });
  for (let index = 1; index < 8; index++) crowd.apply({ kind: 'put', who: index, x: 1, y: 1 });
  for (let tick = 0; tick < 25; tick++) {
    for (let index = 1; index < 8; index++) crowd.apply({ kind: 'walk', who: index, x: 1, y: 0.9 + (tick % 2) / 10 });
    crowd.apply({ kind: 'tick' });
  }
  expect(crowd.packetsOf(0).filter(({ text }) => /"(?!0")\d+"/.test(text))).toEqual([]);
  expect(crowd.packetsOf(0).length).toBeGreaterThan(0);
});

it('zone broadcast: all viewers in one cell get the same packet', () => {
  const crowd = new ZoneHarness();
  for (let index = 0; index < 5; index++) {
    crowd.apply({ kind: 'put', who: index, x: 0.5, y: 0.5 });
    crowd.apply({ kind: 'watch', who: index, binary: index % 2 === 0 });
  }
  for (let index = 0; index < 5; index++) crowd.apply({ kind: 'walk', who: index, x: 0.5, y: 0.501 });
  crowd.apply({ kind: 'tick' });
  expect(crowd.packetsOf(0)).toEqual(crowd.packetsOf(2));
  expect(crowd.packetsOf(1)).toEqual(crowd.packetsOf(3));
  expect(crowd.packets.size).toBe(3);
});

it('zone broadcast: repeats the position of a stopped entity for five ticks, then sends it in keyframes only', () => {
  const crowd = new ZoneHarness();
  crowd.apply({ kind: 'put', who: 0, x: 0.5, y: 0.5 });
  crowd.apply({ kind: 'watch', who: 0, binary: false });
  for (let tick = 0; tick < 20; tick++) crowd.apply({ kind: 'tick' });
  crowd.clearPackets();
  crowd.apply({ kind: 'walk', who: 0, x: 0.5, y: 0.502 });
  for (let tick = 0; tick < 30; tick++) crowd.apply({ kind: 'tick' });
  const moves = crowd.packetsOf(0).filter(({ event }) => event === 'zone:moves');
  expect(moves.filter(({ text }) => text.includes('"full"'))).toHaveLength(3);
  const changes = moves.filter(({ text }) => !text.includes('"full"')).length;
  // A keyframe may replace one of the six.
  expect([5, 6]).toContain(changes);
});
