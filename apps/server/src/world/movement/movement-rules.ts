/** Validates steps: sequence, bounds, holds, speed and obstacles. Pure; the walking time is in `movement-budget.ts`. */
import type { MoveRefusal } from '@aeturnis/contracts';
import {
  initialBudget,
  accrueBudget,
  MAX_BUDGET_MS,
  spendBudget,
  SPEED_TOLERANCE,
  type MovementBudget,
} from './movement-budget';
import { distance, type Point } from '../zones/box';
import { isInsideZone, type Zone } from '../zones/zone';

/** A step this many times longer than the longest honest one is refused as a teleport. */
const TELEPORT_FACTOR = 2;

export interface MotionState extends Point, MovementBudget {
  readonly facing: number;
  /** The last sequence number that was accepted; -1 before the first. */
  readonly seq: number;
  /** Until then it cannot walk (stunned, fighting), in milliseconds since 1970; 0 while it is free. */
  readonly heldUntil: number;
}

export interface MovementStep extends Point {
  readonly seq: number;
  /** Radians; the last facing is kept if absent. */
  readonly facing?: number | null | undefined;
}

export type WalkableZone = Pick<Zone, 'width' | 'height' | 'speed' | 'pathfinder'>;

type MoveVerdict = { accepted: true; motion: MotionState } | { accepted: false; reason: MoveRefusal };

/** The speed limit in units per millisecond, averaged over a long time. */
export function maxUnitsPerMs({ speed }: Pick<Zone, 'speed'>): number {
  return (speed * SPEED_TOLERANCE) / 1000;
}

/** The motion of a character that starts to move now, with the walking time it has saved before. */
export function initialMotion(place: Point & { facing: number; walkedUntil: number }, nowMs: number): MotionState {
  const { x, y, facing, walkedUntil } = place;
  return { x, y, facing, seq: -1, heldUntil: 0, ...initialBudget(walkedUntil, nowMs) };
}

/** Holds the character until then (Infinity: until `release`); a longer hold stays in force. */
export function holdUntil(motion: MotionState, untilMs: number): MotionState {
  return { ...motion, heldUntil: Math.max(motion.heldUntil, untilMs) };
}

/** Ends all holds. */
export function release(motion: MotionState, nowMs: number): MotionState {
  return { ...motion, heldUntil: Math.min(motion.heldUntil, nowMs) };
}

/**
 * Validates one step. Guarantees: a client that walks no faster than the zone's speed, and around obstacles, is never
 * refused, however late or lost its steps are within the limits of `movement-budget.ts`; in any window of time the accepted
 * steps together are no longer than `maxUnitsPerMs` × (window + MAX_BUDGET_MS); between two accepted positions a free path
 * exists whose length was paid for. So a step that cuts a corner, because the steps between were lost, costs the path around
 * it, and a step through a wall costs the path to its other side.
 */
export function validateMove(motion: MotionState, step: MovementStep, zone: WalkableZone, nowMs: number): MoveVerdict {
  if (!(step.seq > motion.seq)) return refuse('sequence');
  if (!isInsideZone(zone, step)) return refuse('bounds');
  if (nowMs < motion.heldUntil) return refuse('held');
  // The time of the hold adds nothing to the budget.
  const budget = accrueBudget(motion, nowMs, motion.heldUntil);
  const budgetMs = nowMs - budget.walkedUntil;
  const unitsPerMs = maxUnitsPerMs(zone);
  const straightLength = distance(motion, step);
  if (straightLength > MAX_BUDGET_MS * TELEPORT_FACTOR * unitsPerMs) return refuse('teleport');
  if (straightLength > budgetMs * unitsPerMs) return refuse('speed');
  const pathLength = zone.pathfinder.isFree(step)
    ? zone.pathfinder.shortestDistance(motion, step, budgetMs * unitsPerMs)
    : Infinity;
  if (!Number.isFinite(pathLength)) return refuse('obstacle');
  const walkedUntil = spendBudget(budget, Math.min(pathLength / unitsPerMs, budgetMs));
  return { accepted: true, motion: withAcceptedStep(motion, step, budget, walkedUntil) };
}

// Field by field: it runs for each step, and copying an object costs several times as much.
function withAcceptedStep(
  { facing, heldUntil }: MotionState,
  step: MovementStep,
  budget: MovementBudget,
  walkedUntil: number,
): MotionState {
  const { lastStepAt, earliestSentAt, burstEndsAt } = budget;
  const { seq, x, y } = step;
  return { x, y, facing: step.facing ?? facing, seq, heldUntil, walkedUntil, lastStepAt, earliestSentAt, burstEndsAt };
}

const refuse = (reason: MoveRefusal): MoveVerdict => ({ accepted: false, reason });
