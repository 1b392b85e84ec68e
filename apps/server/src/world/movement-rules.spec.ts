/** Movement: honest walkers are never refused, nobody is faster than allowed, and a refused step changes nothing. */
import { fc } from '../../../../test/support/properties';
import {
  beginMotion,
  judgeMove,
  hold,
  type JudgedZone,
  maxRate,
  type Motion,
  release,
  type Step,
} from './movement-rules';
import { SAVED_MS } from './walking-time';
import { Ways } from './zones/ways';

const START = 1_700_000_000_000;
const ZONE: JudgedZone = { width: 100_000, height: 100_000, speed: 5, ways: new Ways(100_000, 100_000, []) };
const SMALL: JudgedZone = { ...ZONE, width: 200, height: 100, ways: new Ways(200, 100, []) };
const SPAWN = { x: 50_000, y: 50_000, facing: 0 };
/** Between the quickest and the slowest step; longer is a stall, see the promises. */
const JITTER_MS = 250;

const standing = (walkedUntil = START): Motion => beginMotion({ ...SPAWN, walkedUntil }, START);

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

/** A client that sends whatever it likes. */
const anyWalk = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 3_000 }),
    dx: fc.double({ min: -30, max: 30, noNaN: true }),
    dy: fc.double({ min: -30, max: 30, noNaN: true }),
    seq: fc.integer({ min: 0, max: 60 }),
  }),
  { minLength: 1, maxLength: 80 },
);

describe('judgeMove', () => {
  it('never refuses an honest walker, whenever it steps and however its steps jitter', () => {
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
          const verdict = judgeMove(motion, { seq, x, y }, ZONE, arrivedAt);
          expect(verdict).toMatchObject({ accepted: true });
          if (verdict.accepted) motion = verdict.motion;
        });
      }),
    );
  });

  it('accepts in no window of time more than speed, tolerance and the saved time allow', () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const accepted = accept(walk);
        for (let from = 0; from < accepted.length; from++) {
          let distance = 0;
          for (const { at, length } of accepted.slice(from)) {
            distance += length;
            const window = at - (accepted[from]?.at ?? 0);
            expect(distance).toBeLessThanOrEqual(maxRate(ZONE) * (window + SAVED_MS) + 1e-6);
          }
        }
      }),
    );
  });

  it('holds to the same limit when the character is selected again and again', () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const distance = accept(walk, true).reduce((sum, { length }) => sum + length, 0);
        const took = walk.reduce((sum, { afterMs }) => sum + afterMs, 0);
        expect(distance).toBeLessThanOrEqual(maxRate(ZONE) * (took + SAVED_MS) + 1e-6);
      }),
    );
  });

  it('never lets time for walking lie in the future, and sequence numbers only grow', () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        let motion = standing(0);
        let now = START;
        for (const { afterMs, dx, dy, seq } of walk) {
          now += afterMs;
          const verdict = judgeMove(motion, { seq, x: motion.x + dx, y: motion.y + dy }, ZONE, now);
          if (!verdict.accepted) continue;
          expect(verdict.motion.seq).toBeGreaterThan(motion.seq);
          expect(verdict.motion.walkedUntil).toBeLessThanOrEqual(now);
          motion = verdict.motion;
        }
      }),
    );
  });

  it('answers the same for the same, and leaves what it is given as it was', () => {
    const motion = Object.freeze(standing(0));
    const step = Object.freeze({ seq: 1, x: motion.x + 1, y: motion.y });
    expect(judgeMove(motion, step, ZONE, START)).toEqual(judgeMove(motion, step, ZONE, START));
  });

  const refusals: [string, Partial<Step>, string][] = [
    ['a repeated number', { seq: 7 }, 'sequence'],
    ['an older number', { seq: 3 }, 'sequence'],
    ['no number', { seq: NaN }, 'sequence'],
    ['x below 0', { x: -0.01 }, 'bounds'],
    ['x past the width', { x: 200.01 }, 'bounds'],
    ['y below 0', { y: -1e-9 }, 'bounds'],
    ['y past the height', { y: 100.01 }, 'bounds'],
    ['NaN', { x: NaN }, 'bounds'],
    ['Infinity', { y: Infinity }, 'bounds'],
    ['a step a little too long', { x: 115 }, 'speed'],
    ['a jump across the map', { x: 190 }, 'teleport'],
  ];
  it.each(refusals)('refuses %s', (_, change, reason) => {
    const motion: Motion = { ...standing(0), x: 100, y: 50, seq: 7 };
    const step = { seq: 8, x: 100, y: 50, ...change };
    expect(judgeMove(motion, step, SMALL, START)).toEqual({ accepted: false, reason });
  });

  it('takes the borders as part of the zone', () => {
    const corner: Motion = { ...standing(0), x: 199, y: 99 };
    expect(judgeMove(corner, { seq: 0, x: 200, y: 100 }, SMALL, START)).toMatchObject({ accepted: true });
  });

  it('keeps the facing where none is told', () => {
    const motion = { ...standing(0), facing: 1.5 };
    const { x, y } = motion;
    expect(judgeMove(motion, { seq: 0, x, y }, ZONE, START)).toMatchObject({ motion: { facing: 1.5 } });
    expect(judgeMove(motion, { seq: 0, x, y, facing: null }, ZONE, START)).toMatchObject({ motion: { facing: 1.5 } });
    expect(judgeMove(motion, { seq: 0, x, y, facing: 3 }, ZONE, START)).toMatchObject({ motion: { facing: 3 } });
  });

  it('lets a character walk on after the clock was set back', () => {
    const ahead: Motion = { ...standing(), walkedUntil: START + 3_600_000 };
    const step = { seq: 0, x: ahead.x + 0.5, y: ahead.y };
    expect(judgeMove(ahead, step, ZONE, START)).toMatchObject({ accepted: true });
  });

  it("gives no time away when the clock of the character's last node was ahead", () => {
    const begun = beginMotion({ ...standing(), walkedUntil: START + 500 }, START);
    const step = { seq: 0, x: begun.x + 0.5, y: begun.y };
    expect(judgeMove(begun, step, ZONE, START + 80)).toMatchObject({ reason: 'speed' });
    expect(judgeMove(begun, step, ZONE, START + 100)).toMatchObject({ accepted: true });
  });
});

describe('obstacles', () => {
  const wall = { x: 10, y: -1, width: 1, height: 21 };
  const withWall: JudgedZone = { width: 40, height: 40, speed: 5, ways: new Ways(40, 40, [wall]) };
  const beside = (y: number): Motion => ({ ...standing(0), x: 9, y });

  it('are not walked into, through, or past by one long step', () => {
    expect(judgeMove(beside(5), { seq: 0, x: 10.5, y: 5 }, withWall, START)).toMatchObject({ reason: 'obstacle' });
    expect(judgeMove(beside(5), { seq: 0, x: 12, y: 5 }, withWall, START)).toMatchObject({ reason: 'obstacle' });
    expect(judgeMove(beside(5), { seq: 0, x: 21, y: 5 }, withWall, START)).toMatchObject({ reason: 'obstacle' });
  });

  it('cost the way around them where the steps in between were lost', () => {
    const around = judgeMove(beside(18), { seq: 0, x: 12, y: 18 }, withWall, START);
    const length = 2 * Math.hypot(1, 2) + 1;
    expect(around).toMatchObject({ accepted: true });
    if (around.accepted)
      expect(around.motion.walkedUntil).toBeCloseTo(START - SAVED_MS + length / maxRate(withWall), 3);
  });

  it('keep in who is walled in, whatever is sent', () => {
    const walls = [
      { x: 10, y: 10, width: 20, height: 0.1 },
      { x: 10, y: 29.9, width: 20, height: 0.1 },
      { x: 10, y: 10, width: 0.1, height: 20 },
      { x: 29.9, y: 10, width: 0.1, height: 20 },
    ];
    const cell: JudgedZone = { width: 40, height: 40, speed: 5, ways: new Ways(40, 40, walls) };
    const place = fc.double({ min: 0, max: 40, noNaN: true });
    const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 5_000 }), x: place, y: place }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        let motion: Motion = { ...standing(0), x: 20, y: 20 };
        let now = START;
        all.forEach(({ afterMs, x, y }, seq) => {
          now += afterMs;
          const verdict = judgeMove(motion, { seq, x, y }, cell, now);
          if (verdict.accepted) motion = verdict.motion;
          expect(Math.max(Math.abs(motion.x - 20), Math.abs(motion.y - 20))).toBeLessThanOrEqual(10);
        });
      }),
    );
  });
});

describe('a character that is held', () => {
  const step = { seq: 0, x: SPAWN.x + 0.5, y: SPAWN.y };

  it('does not move before it is free, and gets no time for walking from it', () => {
    const stunned = hold(standing(0), START + 3_000);
    expect(judgeMove(stunned, step, ZONE, START + 2_999)).toEqual({ accepted: false, reason: 'held' });
    expect(judgeMove(stunned, step, ZONE, START + 3_050)).toMatchObject({ reason: 'speed' });
    expect(judgeMove(stunned, step, ZONE, START + 3_100)).toMatchObject({ accepted: true });
  });

  it('is held for the longer of two times, or until it is released', () => {
    const twice = hold(hold(standing(0), START + 3_000), START + 1_000);
    expect(judgeMove(twice, step, ZONE, START + 2_000)).toMatchObject({ reason: 'held' });
    const fighting = hold(standing(0), Infinity);
    expect(judgeMove(fighting, step, ZONE, START + 3_600_000)).toMatchObject({ reason: 'held' });
    expect(judgeMove(release(fighting, START + 1_000), step, ZONE, START + 1_100)).toMatchObject({ accepted: true });
  });
});

/** Runs a walk whose steps start from wherever the character is, and tells the steps that were accepted. */
function accept(
  walk: { afterMs: number; dx: number; dy: number; seq: number }[],
  selectAgain = false,
): { at: number; length: number }[] {
  const accepted: { at: number; length: number }[] = [];
  let motion = standing(0);
  let now = START;
  for (const { afterMs, dx, dy, seq } of walk) {
    now += afterMs;
    if (selectAgain) motion = beginMotion(motion, now);
    const verdict = judgeMove(motion, { seq, x: motion.x + dx, y: motion.y + dy }, ZONE, now);
    if (!verdict.accepted) continue;
    accepted.push({ at: now, length: Math.hypot(dx, dy) });
    motion = verdict.motion;
  }
  return accepted;
}
