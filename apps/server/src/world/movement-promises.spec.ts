/**
 * The three promises of movement, over made-up walks and networks: honest clients are never refused a step, those that are
 * too fast are caught soon, and nobody is anywhere without having had the time to walk there.
 */
import { fc, runs, SEED } from '../../../../test/support/properties';
import { type ArrivedStep, chances, type Network, transmit, walk, type Walker } from '../../../../test/support/walks';
import { beginMotion, type JudgedZone, judgeMove, maxRate, type Motion } from './movement-rules';
import { SAVED_MS } from './walking-time';
import { Atlas } from './zones/atlas';
import { type Point } from './zones/box';
import { Ways } from './zones/ways';
import { BODY, waysOf } from './zones/zone';

const RUNS = runs(500);
const START = 1_700_000_000_000;
const OPEN: JudgedZone = { width: 100_000, height: 100_000, speed: 5, ways: new Ways(100_000, 100_000, []) };
const MIDDLE = { x: 50_000, y: 50_000 };
const LIMIT = { perSecond: 10, burst: 15 };

const trace = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const overTraces = (holds: (chance: () => number, trace: number) => void): void =>
  fc.assert(
    fc.property(trace, (seed) => holds(chances(seed), seed)),
    { numRuns: RUNS },
  );
const between = (chance: () => number, min: number, max: number): number => min + chance() * (max - min);

/** Spans of time that do not meet, of up to these lengths. */
function spans(chance: () => number, forMs: number, apart: [number, number], long: [number, number]) {
  const made: { from: number; to: number }[] = [];
  for (let from = between(chance, ...apart); from < forMs;) {
    const to = from + between(chance, ...long);
    made.push({ from, to });
    from = to + between(chance, ...apart);
  }
  return made;
}
const isIn = (all: readonly { from: number; to: number }[], ms: number): boolean =>
  all.some(({ from, to }) => ms >= from && ms < to);

/** 5 % loss, delays from 50 to 300 ms, or as different as that from some other shortest one. */
function jittery(chance: () => number, stalls: Network['stalls'] = []): Network {
  const [delayMs, jitterMs] = [between(chance, 0, 200), between(chance, 50, 250)];
  return { delayMs, jitterMs, loss: 0.05, stalls, ...(chance() < 0.5 && { limit: LIMIT }) };
}

function begin(from: Point): Motion {
  return beginMotion({ ...from, facing: 0, walkedUntil: 0 }, START);
}

function openWalker(forMs: number): Walker {
  const { ways, speed } = OPEN;
  return { from: MIDDLE, ways, speed, forMs, everyMs: 100, factorAt: () => 1, walksAt: () => true, turning: 1 };
}

/** The first step that is refused, and why; undefined where all are accepted. */
function firstRefused(steps: readonly ArrivedStep[], from: Point, zone: JudgedZone) {
  let motion = begin(from);
  for (const step of steps) {
    const verdict = judgeMove(motion, step, zone, START + step.at);
    if (!verdict.accepted) return { step, reason: verdict.reason };
    motion = verdict.motion;
  }
  return undefined;
}

describe(`movement (TEST_SEED=${SEED}, ${RUNS} traces each)`, () => {
  const zones = [...Atlas.read().zones.values()];
  const fullWays = new Map(zones.map((zone) => [zone.id, waysOf(zone, BODY)]));

  it('never refuses an honest client a step: jitter, loss, stalls and their bursts, rests, obstacles, any rate of sending', () => {
    overTraces((chance) => {
      const zone = zones[Math.floor(chance() * zones.length)]!;
      const forMs = 15_000;
      const rests = chance() < 0.5 ? spans(chance, forMs, [500, 8_000], [50, 5_000]) : [];
      const stalls = spans(chance, forMs, [100, 8_000], [50, 2_000]);
      const from = zone.spawns[Math.floor(chance() * zone.spawns.length)]!;
      const pace = chance() < 0.7 ? 1 : between(chance, 0.2, 1);
      const drift = between(chance, 0.9999, 1.0001);
      const walker: Walker = {
        from,
        ways: fullWays.get(zone.id)!,
        speed: zone.speed,
        forMs,
        everyMs: chance() < 0.6 ? 100 : between(chance, 100, 500),
        factorAt: () => pace * drift,
        walksAt: (ms) => !isIn(rests, ms),
        turning: between(chance, 0, 6),
      };
      const arrived = transmit(walk(walker, chance), jittery(chance, stalls), chance);
      expect(arrived.length).toBeGreaterThan(10);
      expect(firstRefused(arrived, from, zone)).toBeUndefined();
    });
  });

  it('refuses a teleport at once, wherever it comes in a walk', () => {
    overTraces((chance) => {
      const stalls = spans(chance, 8_000, [100, 4_000], [50, 2_000]);
      const steps = transmit(walk(openWalker(8_000), chance), jittery(chance, stalls), chance);
      const jump = Math.floor(chance() * steps.length);
      const far = between(chance, maxRate(OPEN) * SAVED_MS + 2, 500);
      const angle = chance() * 2 * Math.PI;
      const jumped = steps.map((step, index) => {
        // From where it was heard last, the way there may have been a little shorter.
        const from = steps[index - 1] ?? { ...MIDDLE };
        return index === jump
          ? { ...step, x: from.x + far * Math.cos(angle), y: from.y + far * Math.sin(angle) }
          : step;
      });
      const refused = firstRefused(jumped, MIDDLE, OPEN);
      expect(refused?.step.seq).toBe(steps[jump]!.seq);
      expect(['speed', 'teleport']).toContain(refused?.reason);
    });
  });

  const cheats: [percent: number, withinMs: number][] = [
    [20, 3_000],
    [10, 6_000],
  ];
  it.each(cheats)('catches a client that is %i %% too fast within %i ms of movement', (percent, withinMs) => {
    const took: number[] = [];
    overTraces((chance) => {
      const fastFrom = between(chance, 500, 6_000);
      const rests = chance() < 0.5;
      const network = chance() < 0.25 ? { delayMs: 20, jitterMs: 0, loss: 0, stalls: [] } : jittery(chance);
      const walker: Walker = {
        ...openWalker(fastFrom + withinMs),
        factorAt: (ms) => (ms < fastFrom ? 1 : 1 + percent / 100),
        // Before it cheats it has rested, and saved what it could, or walked.
        walksAt: (ms) => ms >= fastFrom || !rests,
      };
      const refused = firstRefused(transmit(walk(walker, chance), network, chance), MIDDLE, OPEN);
      expect(refused).toMatchObject({ reason: 'speed' });
      expect(refused!.step.sentAt).toBeGreaterThan(fastFrom);
      took.push(refused!.step.sentAt - fastFrom);
    });
    expect(Math.max(...took)).toBeLessThanOrEqual(withinMs);
  });
});
