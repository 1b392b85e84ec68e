/** Who may walk where: pure. Time for walking has a file of its own. */
import type { MoveRefusal } from '@aeturnis/contracts';
import { beginWalking, hear, SAVED_MS, spend, SPEED_TOLERANCE, type WalkingTime } from './walking-time';
import { distance, type Point } from './zones/box';
import { isInside, type Zone } from './zones/zone';

/** A step this many times longer than the longest that can be honest was no step. */
const TELEPORT_FACTOR = 2;

export interface Motion extends Point, WalkingTime {
  readonly facing: number;
  /** The last sequence number that was accepted; -1 before the first. */
  readonly seq: number;
  /** Until then it cannot walk (stunned, fighting), in milliseconds since 1970; 0 where nothing holds it. */
  readonly heldUntil: number;
}

export interface Step extends Point {
  readonly seq: number;
  /** Radians; without one the last is kept. */
  readonly facing?: number | null | undefined;
}

/** What steps are judged by. */
export type JudgedZone = Pick<Zone, 'width' | 'height' | 'speed' | 'ways'>;

export type Judgement = { accepted: true; motion: Motion } | { accepted: false; reason: MoveRefusal };

/** Units per millisecond that nobody exceeds in the long run. */
export function maxRate({ speed }: Pick<Zone, 'speed'>): number {
  return (speed * SPEED_TOLERANCE) / 1000;
}

/** A character that begins to move now, with the time for walking it had not used. */
export function beginMotion(place: Point & { facing: number; walkedUntil: number }, nowMs: number): Motion {
  const { x, y, facing, walkedUntil } = place;
  return { x, y, facing, seq: -1, heldUntil: 0, ...beginWalking(walkedUntil, nowMs) };
}

/** Keeps it from walking until then (Infinity: until it is released); what holds it longer already goes on. */
export function hold(motion: Motion, untilMs: number): Motion {
  return { ...motion, heldUntil: Math.max(motion.heldUntil, untilMs) };
}

/** Nothing holds it from now on. */
export function release(motion: Motion, nowMs: number): Motion {
  return { ...motion, heldUntil: Math.min(motion.heldUntil, nowMs) };
}

/**
 * Judges one step. Guarantees: a client that walks no faster than the zone's speed, and around obstacles, is never refused
 * a step, however late or lost its steps are within what `walking-time.ts` says; in any window of time the accepted steps
 * together are no longer than `maxRate` × (window + SAVED_MS); between two accepted places there is a free way that is
 * as long as what was spent for it. So a step that skips a corner, for those in between were lost, costs the way around it,
 * and one through a wall costs the way to the other side.
 */
export function judgeMove(motion: Motion, step: Step, zone: JudgedZone, nowMs: number): Judgement {
  if (!(step.seq > motion.seq)) return refused('sequence');
  if (!isInside(zone, step)) return refused('bounds');
  if (nowMs < motion.heldUntil) return refused('held');
  // The time it was held for was no time for walking.
  const time = hear(motion, nowMs, motion.heldUntil);
  const savedMs = nowMs - time.walkedUntil;
  const rate = maxRate(zone);
  const straight = distance(motion, step);
  if (straight > SAVED_MS * TELEPORT_FACTOR * rate) return refused('teleport');
  if (straight > savedMs * rate) return refused('speed');
  const length = zone.ways.isFree(step) ? zone.ways.shortest(motion, step, savedMs * rate) : Infinity;
  if (!Number.isFinite(length)) return refused('obstacle');
  const walkedUntil = spend(time, Math.min(length / rate, savedMs));
  return { accepted: true, motion: moved(motion, step, time, walkedUntil) };
}

// Field by field: it is done for every step, and copying an object costs several times as much.
function moved({ facing, heldUntil }: Motion, step: Step, time: WalkingTime, walkedUntil: number): Motion {
  const { heardAt, provenAt, burstEndsAt } = time;
  const { seq, x, y } = step;
  return { x, y, facing: step.facing ?? facing, seq, heldUntil, walkedUntil, heardAt, provenAt, burstEndsAt };
}

const refused = (reason: MoveRefusal): Judgement => ({ accepted: false, reason });
