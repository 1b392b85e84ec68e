/** Movement: honest walkers are never refused, nobody is faster than allowed, and a refused step changes nothing. */
import fc from 'fast-check';
import { beginMotion, judgeMove, type JudgedZone, maxRate, type Motion, SAVED_MS, type Step } from './movement-rules';

const START = 1_700_000_000_000;
const ZONE: JudgedZone = { width: 100_000, height: 100_000, speed: 5 };
const SMALL: JudgedZone = { ...ZONE, width: 200, height: 100 };
const SPAWN = { x: 50_000, y: 50_000, facing: 0 };
const LONGEST_DELAY_MS = 2_000;

const standing = (walkedUntil = START): Motion => beginMotion({ ...SPAWN, walkedUntil }, START);

/** A client that walks in any direction at up to full speed, whose steps arrive in order and late. */
const honestWalk = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 1, max: 500 }),
    pace: fc.double({ min: 0, max: 1, noNaN: true }),
    direction: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    delayMs: fc.integer({ min: 0, max: LONGEST_DELAY_MS }),
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
  it('never refuses an honest walker, however its steps are delayed', () => {
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
    const motion: Motion = { x: 100, y: 50, facing: 0, seq: 7, walkedUntil: START - SAVED_MS };
    const step = { seq: 8, x: 100, y: 50, ...change };
    expect(judgeMove(motion, step, SMALL, START)).toEqual({ accepted: false, reason });
  });

  it('takes the borders as part of the zone', () => {
    const corner: Motion = { x: 199, y: 99, facing: 0, seq: -1, walkedUntil: 0 };
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
