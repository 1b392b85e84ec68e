/**
 * The three guarantees of movement, over simulated walks and networks: honest clients are never refused a step, clients that
 * are too fast are caught soon, and no character covers a distance that it had no time to walk.
 */
import { fc, propertyRuns, PROPERTY_SEED } from '../../../../../test/support/properties';
import {
  type ArrivedStep,
  seededRandom,
  type NetworkProfile,
  simulateNetwork,
  simulateWalk,
  type WalkProfile,
} from '../../../../../test/support/zones/simulated-walks';
import { initialMotion, type WalkableZone, validateMove, maxUnitsPerMs, type MotionState } from './movement-rules';
import { MAX_BUDGET_MS } from './movement-budget';
import { Atlas } from '../zones/atlas';
import { type Point } from '../zones/box';
import { Pathfinder } from '../zones/pathfinder';
import { BODY_HALF_SIZE, pathfinderFor } from '../zones/zone';

const RUNS = propertyRuns(500);
const START = 1_700_000_000_000;
const OPEN: WalkableZone = {
  width: 100_000,
  height: 100_000,
  speed: 5,
  pathfinder: new Pathfinder(100_000, 100_000, []),
};
const MIDDLE = { x: 50_000, y: 50_000 };
const LIMIT = { perSecond: 10, burst: 15 };

const trace = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const overTraces = (check: (chance: () => number, trace: number) => void): void =>
  fc.assert(
    fc.property(trace, (seed) => check(seededRandom(seed), seed)),
    { numRuns: RUNS },
  );
const between = (chance: () => number, min: number, max: number): number => min + chance() * (max - min);

/** Disjoint periods, with gaps and lengths within these ranges. */
function periods(chance: () => number, forMs: number, gapMs: [number, number], lengthMs: [number, number]) {
  const generated: { from: number; to: number }[] = [];
  for (let from = between(chance, ...gapMs); from < forMs;) {
    const to = from + between(chance, ...lengthMs);
    generated.push({ from, to });
    from = to + between(chance, ...gapMs);
  }
  return generated;
}
const isIn = (all: readonly { from: number; to: number }[], ms: number): boolean =>
  all.some(({ from, to }) => ms >= from && ms < to);

/** 5 % loss, and delays that vary by 50 to 250 ms above a shortest one. */
function jittery(chance: () => number, stalls: NetworkProfile['stalls'] = []): NetworkProfile {
  const [delayMs, jitterMs] = [between(chance, 0, 200), between(chance, 50, 250)];
  return { delayMs, jitterMs, loss: 0.05, stalls, ...(chance() < 0.5 && { limit: LIMIT }) };
}

function begin(from: Point): MotionState {
  return initialMotion({ ...from, facing: 0, walkedUntil: 0 }, START);
}

function openWalker(forMs: number): WalkProfile {
  const { pathfinder, speed } = OPEN;
  return {
    from: MIDDLE,
    pathfinder,
    speed,
    forMs,
    everyMs: 100,
    speedFactorAt: () => 1,
    isWalkingAt: () => true,
    maxTurnRate: 1,
  };
}

/** The first refused step and the reason; undefined if all are accepted. */
function firstRefused(steps: readonly ArrivedStep[], from: Point, zone: WalkableZone) {
  let motion = begin(from);
  for (const step of steps) {
    const verdict = validateMove(motion, step, zone, START + step.arrivedAt);
    if (!verdict.accepted) return { step, reason: verdict.reason };
    motion = verdict.motion;
  }
  return undefined;
}

describe(`movement (TEST_SEED=${PROPERTY_SEED}, ${RUNS} traces each)`, () => {
  const zones = [...Atlas.read().zones.values()];
  const pathfinders = new Map(zones.map((zone) => [zone.id, pathfinderFor(zone, BODY_HALF_SIZE)]));

  it('never refuses a step of an honest client: with jitter, loss, stalls, bursts, rests, obstacles and any send rate', () => {
    overTraces((chance) => {
      const zone = zones[Math.floor(chance() * zones.length)]!;
      const forMs = 15_000;
      const rests = chance() < 0.5 ? periods(chance, forMs, [500, 8_000], [50, 5_000]) : [];
      const stalls = periods(chance, forMs, [100, 8_000], [50, 2_000]);
      const from = zone.spawns[Math.floor(chance() * zone.spawns.length)]!;
      const pace = chance() < 0.7 ? 1 : between(chance, 0.2, 1);
      const drift = between(chance, 0.9999, 1.0001);
      const walker: WalkProfile = {
        from,
        pathfinder: pathfinders.get(zone.id)!,
        speed: zone.speed,
        forMs,
        everyMs: chance() < 0.6 ? 100 : between(chance, 100, 500),
        speedFactorAt: () => pace * drift,
        isWalkingAt: (ms) => !isIn(rests, ms),
        maxTurnRate: between(chance, 0, 6),
      };
      const arrived = simulateNetwork(simulateWalk(walker, chance), jittery(chance, stalls), chance);
      expect(arrived.length).toBeGreaterThan(10);
      expect(firstRefused(arrived, from, zone)).toBeUndefined();
    });
  });

  it('refuses a teleport at once, at any point of a walk', () => {
    overTraces((chance) => {
      const stalls = periods(chance, 8_000, [100, 4_000], [50, 2_000]);
      const steps = simulateNetwork(simulateWalk(openWalker(8_000), chance), jittery(chance, stalls), chance);
      const jump = Math.floor(chance() * steps.length);
      const far = between(chance, maxUnitsPerMs(OPEN) * MAX_BUDGET_MS + 2, 500);
      const angle = chance() * 2 * Math.PI;
      const jumped = steps.map((step, index) => {
        // The jump starts at the step before: the distance to the last received one may be a little shorter.
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
    const detectionTimes: number[] = [];
    overTraces((chance) => {
      const fastFrom = between(chance, 500, 6_000);
      const restsBefore = chance() < 0.5;
      const network = chance() < 0.25 ? { delayMs: 20, jitterMs: 0, loss: 0, stalls: [] } : jittery(chance);
      const walker: WalkProfile = {
        ...openWalker(fastFrom + withinMs),
        speedFactorAt: (ms) => (ms < fastFrom ? 1 : 1 + percent / 100),
        // Before it cheats, it has walked, or rested and saved as much time as it can.
        isWalkingAt: (ms) => ms >= fastFrom || !restsBefore,
      };
      const refused = firstRefused(simulateNetwork(simulateWalk(walker, chance), network, chance), MIDDLE, OPEN);
      expect(refused).toMatchObject({ reason: 'speed' });
      expect(refused!.step.sentAt).toBeGreaterThan(fastFrom);
      detectionTimes.push(refused!.step.sentAt - fastFrom);
    });
    expect(Math.max(...detectionTimes)).toBeLessThanOrEqual(withinMs);
  });
});
