/** The own character walks on, and reports its steps, whatever the clock does. */
import { PredictedWalk } from './predicted-walk';

const FRAME_MS = 16;
const SPEED = 5;

interface Walk {
  readonly walk: PredictedWalk;
  readonly steps: object[];
  /** Draws frames of these milliseconds. */
  draw(from: number, ms: number): void;
}

function startWalking(): Walk {
  const steps: object[] = [];
  const walk = new PredictedWalk((step) => steps.push(step) > 0);
  walk.place({ x: 0, y: 0 }, SPEED);
  walk.walk(1, 0);
  const draw = (from: number, ms: number): void => {
    for (let at = from; at <= from + ms; at += FRAME_MS) walk.at(at);
  };
  return { walk, steps, draw };
}

it('walk: reports at most ten steps a second', () => {
  const { steps, draw } = startWalking();
  draw(5_000, 10_000);
  expect(steps.length).toBeGreaterThan(80);
  expect(steps.length).toBeLessThanOrEqual(101);
});

it.each([
  ['an hour', 3_600_000],
  ['a second', 1_000],
])('walk: goes on and reports its steps after the clock was set back by %s', (_, backMs) => {
  const { walk, steps, draw } = startWalking();
  draw(5_000_000, 1_000);
  const [before, x] = [steps.length, walk.at(5_001_000).x];
  draw(5_001_000 - backMs, 1_000);
  expect(steps.length - before).toBeGreaterThan(7);
  expect(walk.at(5_002_000 - backMs).x - x).toBeGreaterThan(SPEED * 0.9);
});

it('walk: goes on and reports its steps after one call with the time of another clock', () => {
  const { steps, draw, walk } = startWalking();
  draw(5_000, 1_000);
  walk.at(1_700_000_000_000);
  const before = steps.length;
  draw(6_016, 1_000);
  expect(steps.length - before).toBeGreaterThan(7);
});

it.each([
  [NaN, 0],
  [0, NaN],
  [Infinity, 0],
  [-Infinity, Infinity],
])('walk: the direction (%p, %p) stands still, and the next one walks on', (dx, dy) => {
  const { walk, steps, draw } = startWalking();
  draw(5_000, 1_000);
  const { x } = walk.at(6_000);
  walk.walk(dx, dy);
  draw(6_000, 1_000);
  expect(walk.at(7_000)).toMatchObject({ x, y: 0 });
  walk.walk(1, 0);
  const before = steps.length;
  draw(7_000, 1_000);
  expect(steps.length - before).toBeGreaterThan(7);
  expect(walk.at(8_000).x - x).toBeGreaterThan(SPEED * 0.9);
});

it.each([NaN, Infinity, -Infinity])('walk: goes on and reports its steps after one call with the time %p', (time) => {
  const { walk, steps, draw } = startWalking();
  draw(5_000, 1_000);
  const before = [steps.length, walk.at(6_000).x] as const;
  expect(walk.at(time).x).toBe(before[1]);
  draw(6_016, 1_000);
  expect(steps.length - before[0]).toBeGreaterThan(7);
  expect(walk.at(7_000).x - before[1]).toBeGreaterThan(SPEED * 0.9);
});

it('walk: is not faster if calls between frames are a little ahead of the next frame', () => {
  const { walk } = startWalking();
  for (let at = 0; at <= 10_000; at += FRAME_MS) {
    walk.at(at + 20);
    walk.at(at);
  }
  expect(walk.at(10_020).x).toBeLessThanOrEqual((SPEED * 10_020) / 1_000);
});
