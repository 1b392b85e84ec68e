/** Validation of steps: honest clients are never refused, speed is limited, and a refused step changes nothing. */
import { fc } from '../../../../../test/support/properties';
import {
  initialMotion,
  validateMove,
  holdUntil,
  type WalkableZone,
  maxUnitsPerMs,
  type MotionState,
  release,
  type MovementStep,
} from './movement-rules';
import { MAX_BUDGET_MS } from './movement-budget';
import { Pathfinder } from '../zones/pathfinder';

const START = 1_700_000_000_000;
const ZONE: WalkableZone = {
  width: 100_000,
  height: 100_000,
  speed: 5,
  pathfinder: new Pathfinder(100_000, 100_000, []),
};
const SMALL: WalkableZone = { ...ZONE, width: 200, height: 100, pathfinder: new Pathfinder(200, 100, []) };
const SPAWN = { x: 50_000, y: 50_000, facing: 0 };
/** Largest difference between the network delays of two steps; a larger one is a stall, see `movement-budget.ts`. */
const JITTER_MS = 250;

/** A character whose time before `walkedUntil` is spent: START saves no walking time, and 0 saves as much as possible. */
const standing = (walkedUntil = START): MotionState => initialMotion({ ...SPAWN, walkedUntil }, START);

/** A client that walks in any direction at up to full speed, whose steps arrive in order and with jitter. */
const honestWalk = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 1, max: 500 }),
    pace: fc.double({ min: 0, max: 1, noNaN: true }),
    direction: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    delayMs: fc.integer({ min: 0, max: JITTER_MS }),
  }),
  { minLength: 1, maxLength: 300 },
);

/** A client that sends arbitrary steps. */
const anyWalk = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 3_000 }),
    dx: fc.double({ min: -30, max: 30, noNaN: true }),
    dy: fc.double({ min: -30, max: 30, noNaN: true }),
    seq: fc.integer({ min: 0, max: 60 }),
  }),
  { minLength: 1, maxLength: 80 },
);

describe('validateMove', () => {
  it('never refuses an honest client, at any step times and with any jitter', () => {
    fc.assert(
      fc.property(honestWalk, (walk) => {
        let motion = standing();
        let sentAt = START;
        let arrivedAt = START;
        let { x, y } = SPAWN;
        walk.forEach(({ afterMs, pace, direction, delayMs }, seq) => {
          sentAt += afterMs;
          arrivedAt = Math.max(arrivedAt, sentAt + delayMs);
          const distance = (ZONE.speed * pace * afterMs) / 1000;
          x += distance * Math.cos(direction);
          y += distance * Math.sin(direction);
          const verdict = validateMove(motion, { seq, x, y }, ZONE, arrivedAt);
          expect(verdict).toMatchObject({ accepted: true });
          if (verdict.accepted) motion = verdict.motion;
        });
      }),
    );
  });

  it('accepts no more distance in any window than speed, tolerance and saved time allow', () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const accepted = accept(walk);
        for (let from = 0; from < accepted.length; from++) {
          let distance = 0;
          for (const { at, length } of accepted.slice(from)) {
            distance += length;
            const window = at - (accepted[from]?.at ?? 0);
            expect(distance).toBeLessThanOrEqual(maxUnitsPerMs(ZONE) * (window + MAX_BUDGET_MS) + 1e-6);
          }
        }
      }),
    );
  });

  it('applies the same limit when the character is selected again before every step', () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const distance = accept(walk, true).reduce((sum, { length }) => sum + length, 0);
        const durationMs = walk.reduce((sum, { afterMs }) => sum + afterMs, 0);
        expect(distance).toBeLessThanOrEqual(maxUnitsPerMs(ZONE) * (durationMs + MAX_BUDGET_MS) + 1e-6);
      }),
    );
  });

  it('never moves walkedUntil into the future, and sequence numbers only grow', () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        let motion = standing(0);
        let now = START;
        for (const { afterMs, dx, dy, seq } of walk) {
          now += afterMs;
          const verdict = validateMove(motion, { seq, x: motion.x + dx, y: motion.y + dy }, ZONE, now);
          if (!verdict.accepted) continue;
          expect(verdict.motion.seq).toBeGreaterThan(motion.seq);
          expect(verdict.motion.walkedUntil).toBeLessThanOrEqual(now);
          motion = verdict.motion;
        }
      }),
    );
  });

  it('is deterministic and does not change its arguments', () => {
    const motion = Object.freeze(standing(0));
    const step = Object.freeze({ seq: 1, x: motion.x + 1, y: motion.y });
    expect(validateMove(motion, step, ZONE, START)).toEqual(validateMove(motion, step, ZONE, START));
  });

  const refusals: [string, Partial<MovementStep>, string][] = [
    ['a repeated sequence number', { seq: 7 }, 'sequence'],
    ['an older sequence number', { seq: 3 }, 'sequence'],
    ['NaN as sequence number', { seq: NaN }, 'sequence'],
    ['x below 0', { x: -0.01 }, 'bounds'],
    ['x past the width', { x: 200.01 }, 'bounds'],
    ['y below 0', { y: -1e-9 }, 'bounds'],
    ['y past the height', { y: 100.01 }, 'bounds'],
    ['x that is NaN', { x: NaN }, 'bounds'],
    ['y that is infinite', { y: Infinity }, 'bounds'],
    ['a step of 15 units, where the largest budget allows 14', { x: 115 }, 'speed'],
    ['a step of 90 units, which no honest client sends', { x: 190 }, 'teleport'],
  ];
  it.each(refusals)('refuses %s', (_, change, reason) => {
    const motion: MotionState = { ...standing(0), x: 100, y: 50, seq: 7 };
    const step = { seq: 8, x: 100, y: 50, ...change };
    expect(validateMove(motion, step, SMALL, START)).toEqual({ accepted: false, reason });
  });

  it('accepts steps onto the borders of the zone', () => {
    const corner: MotionState = { ...standing(0), x: 199, y: 99 };
    expect(validateMove(corner, { seq: 0, x: 200, y: 100 }, SMALL, START)).toMatchObject({ accepted: true });
  });

  it('keeps the facing if the step has none', () => {
    const motion = { ...standing(0), facing: 1.5 };
    const { x, y } = motion;
    expect(validateMove(motion, { seq: 0, x, y }, ZONE, START)).toMatchObject({ motion: { facing: 1.5 } });
    expect(validateMove(motion, { seq: 0, x, y, facing: null }, ZONE, START)).toMatchObject({
      motion: { facing: 1.5 },
    });
    expect(validateMove(motion, { seq: 0, x, y, facing: 3 }, ZONE, START)).toMatchObject({ motion: { facing: 3 } });
  });

  it('accepts a step if the clock was set back by an hour while the character was played', () => {
    const ahead: MotionState = { ...standing(), walkedUntil: START + 3_600_000 };
    const step = { seq: 0, x: ahead.x + 0.5, y: ahead.y };
    expect(validateMove(ahead, step, ZONE, START)).toMatchObject({ accepted: true });
  });

  it('gives a selected character no walking time if the clock of its previous node was ahead', () => {
    const motion = initialMotion({ ...standing(), walkedUntil: START + 500 }, START);
    const step = { seq: 0, x: motion.x + 0.5, y: motion.y };
    expect(validateMove(motion, step, ZONE, START + 80)).toMatchObject({ reason: 'speed' });
    expect(validateMove(motion, step, ZONE, START + 100)).toMatchObject({ accepted: true });
  });
});

describe('obstacles', () => {
  const wall = { x: 10, y: -1, width: 1, height: 21 };
  const withWall: WalkableZone = { width: 40, height: 40, speed: 5, pathfinder: new Pathfinder(40, 40, [wall]) };
  const beside = (y: number): MotionState => ({ ...standing(0), x: 9, y });

  it('stop a step into them, through them, and past them in one long step', () => {
    expect(validateMove(beside(5), { seq: 0, x: 10.5, y: 5 }, withWall, START)).toMatchObject({ reason: 'obstacle' });
    expect(validateMove(beside(5), { seq: 0, x: 12, y: 5 }, withWall, START)).toMatchObject({ reason: 'obstacle' });
    expect(validateMove(beside(5), { seq: 0, x: 21, y: 5 }, withWall, START)).toMatchObject({ reason: 'obstacle' });
  });

  it('make a step to their other side cost the path around them, as if steps in between were lost', () => {
    const around = validateMove(beside(18), { seq: 0, x: 12, y: 18 }, withWall, START);
    const length = 2 * Math.hypot(1, 2) + 1;
    expect(around).toMatchObject({ accepted: true });
    if (around.accepted)
      expect(around.motion.walkedUntil).toBeCloseTo(START - MAX_BUDGET_MS + length / maxUnitsPerMs(withWall), 3);
  });

  it('confine a walled-in character, whatever steps it sends', () => {
    const walls = [
      { x: 10, y: 10, width: 20, height: 0.1 },
      { x: 10, y: 29.9, width: 20, height: 0.1 },
      { x: 10, y: 10, width: 0.1, height: 20 },
      { x: 29.9, y: 10, width: 0.1, height: 20 },
    ];
    const cell: WalkableZone = { width: 40, height: 40, speed: 5, pathfinder: new Pathfinder(40, 40, walls) };
    const coordinate = fc.double({ min: 0, max: 40, noNaN: true });
    const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 5_000 }), x: coordinate, y: coordinate }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        let motion: MotionState = { ...standing(0), x: 20, y: 20 };
        let now = START;
        all.forEach(({ afterMs, x, y }, seq) => {
          now += afterMs;
          const verdict = validateMove(motion, { seq, x, y }, cell, now);
          if (verdict.accepted) motion = verdict.motion;
          expect(Math.max(Math.abs(motion.x - 20), Math.abs(motion.y - 20))).toBeLessThanOrEqual(10);
        });
      }),
    );
  });
});

describe('a held character', () => {
  const step = { seq: 0, x: SPAWN.x + 0.5, y: SPAWN.y };

  it('cannot move before it is free, and gains no walking time from the hold', () => {
    const stunned = holdUntil(standing(0), START + 3_000);
    expect(validateMove(stunned, step, ZONE, START + 2_999)).toEqual({ accepted: false, reason: 'held' });
    expect(validateMove(stunned, step, ZONE, START + 3_050)).toMatchObject({ reason: 'speed' });
    expect(validateMove(stunned, step, ZONE, START + 3_100)).toMatchObject({ accepted: true });
  });

  it('is held for the longer of two holds, or until it is released', () => {
    const twice = holdUntil(holdUntil(standing(0), START + 3_000), START + 1_000);
    expect(validateMove(twice, step, ZONE, START + 2_000)).toMatchObject({ reason: 'held' });
    const heldForever = holdUntil(standing(0), Infinity);
    expect(validateMove(heldForever, step, ZONE, START + 3_600_000)).toMatchObject({ reason: 'held' });
    expect(validateMove(release(heldForever, START + 1_000), step, ZONE, START + 1_100)).toMatchObject({
      accepted: true,
    });
  });
});

/** Runs a walk whose steps start at the current position. @returns the accepted steps. */
function accept(
  walk: { afterMs: number; dx: number; dy: number; seq: number }[],
  reselects = false,
): { at: number; length: number }[] {
  const accepted: { at: number; length: number }[] = [];
  let motion = standing(0);
  let now = START;
  for (const { afterMs, dx, dy, seq } of walk) {
    now += afterMs;
    if (reselects) motion = initialMotion(motion, now);
    const verdict = validateMove(motion, { seq, x: motion.x + dx, y: motion.y + dy }, ZONE, now);
    if (!verdict.accepted) continue;
    accepted.push({ at: now, length: Math.hypot(dx, dy) });
    motion = verdict.motion;
  }
  return accepted;
}
