/**
 * Who may walk where, and how fast: pure. Speed is held to by the generic cell rate algorithm (ITU-T I.371) over distance:
 * one instant, `walkedUntil`, says up to when a character has used its time for walking.
 */
import type { MoveRefusal } from '@aeturnis/contracts';
import type { Point } from './zones/box';
import { isInside, type Zone } from './zones/zone';

/** How much faster than its speed a character may be in the long run: clocks of clients differ, and they round. */
export const SPEED_TOLERANCE = 1.1;
/** Unused time for walking is kept for so long: what a client may send at once after its network stalled, plus a step. */
export const SAVED_MS = 2_500;
/** A step this many times longer than the longest that can be honest was no step. */
const TELEPORT_FACTOR = 2;

export interface Motion extends Point {
  readonly facing: number;
  /** The last sequence number that was accepted; -1 before the first. */
  readonly seq: number;
  /** Milliseconds since 1970; never later than the last accepted step. */
  readonly walkedUntil: number;
}

export interface Step extends Point {
  readonly seq: number;
  /** Radians; without one the last is kept. */
  readonly facing?: number | null | undefined;
}

/** What steps are judged by. */
export type JudgedZone = Pick<Zone, 'width' | 'height' | 'speed'>;

export type Judgement = { accepted: true; motion: Motion } | { accepted: false; reason: MoveRefusal };

/** Units per millisecond that nobody exceeds in the long run. */
export function maxRate(zone: Pick<Zone, 'speed'>): number {
  return (zone.speed * SPEED_TOLERANCE) / 1000;
}

/** A character that begins to move now, with the time for walking it had not used. */
export function beginMotion(place: Point & { facing: number; walkedUntil: number }, nowMs: number): Motion {
  const { x, y, facing, walkedUntil } = place;
  // The node it was on before may have a clock that is ahead of ours.
  return { x, y, facing, seq: -1, walkedUntil: Math.min(nowMs, Math.max(walkedUntil, nowMs - SAVED_MS)) };
}

/**
 * Judges one step. Guarantees: a client that walks no faster than the zone's speed is never refused for speed, however
 * late its steps arrive, up to two seconds; in any window of time the accepted steps together are no longer than
 * `maxRate` × (window + SAVED_MS).
 */
export function judgeMove(motion: Motion, step: Step, zone: JudgedZone, nowMs: number): Judgement {
  if (!(step.seq > motion.seq)) return { accepted: false, reason: 'sequence' };
  if (!isInside(zone, step)) return { accepted: false, reason: 'bounds' };
  const rate = maxRate(zone);
  const tookMs = Math.hypot(step.x - motion.x, step.y - motion.y) / rate;
  if (tookMs > SAVED_MS * TELEPORT_FACTOR) return { accepted: false, reason: 'teleport' };
  // It lies in the future only when the clock of this machine was set back: then there is nothing to hold the walker to.
  const since = motion.walkedUntil > nowMs ? 0 : motion.walkedUntil;
  const walkedUntil = Math.max(since, nowMs - SAVED_MS) + tookMs;
  if (walkedUntil > nowMs) return { accepted: false, reason: 'speed' };
  const { seq, x, y, facing } = step;
  return { accepted: true, motion: { seq, x, y, facing: facing ?? motion.facing, walkedUntil } };
}
