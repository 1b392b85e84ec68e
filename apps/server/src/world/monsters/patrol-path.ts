/** The patrol path of a monster: a closed path of segments within a box, derived from a seed, so equal on all nodes. */
import type { Box, Point } from '../zones/box';

const WAYPOINTS = 16;
/** Share of the box's side that is kept free at its edges, so that rounding never leads out of it. */
const MARGIN = 0.01;
/** The probability of a rest at a waypoint, and the duration of a rest. */
const REST_PROBABILITY = 0.6;
const REST_MS = { min: 1_000, max: 6_000 } as const;
/** The lowest share of its speed at which a monster walks a segment. */
const MIN_SPEED_SHARE = 0.5;

/** The monster walks until `arrivesAt` and rests until `endsAt`; whole milliseconds since the path began. */
export interface PatrolSegment {
  readonly from: Point;
  readonly to: Point;
  readonly facing: number;
  readonly beginsAt: number;
  readonly arrivesAt: number;
  readonly endsAt: number;
}

export interface PatrolPath {
  readonly segments: readonly [PatrolSegment, ...PatrolSegment[]];
  readonly durationMs: number;
  /** Offset on the path at the beginning of 1970, so that the monsters of a box do not walk in step. */
  readonly phaseMs: number;
}

/** `speed`: the upper limit on each segment, in units per second. */
export function createPatrolPath(seed: string, box: Box, speed: number): PatrolPath {
  const random = seededRandom(seed);
  const inBox = (from: number, side: number): number => from + side * (MARGIN + (1 - 2 * MARGIN) * random());
  const first = { x: inBox(box.x, box.width), y: inBox(box.y, box.height) };
  const segmentTo = (to: Point, from: Point, beginsAt: number): PatrolSegment => {
    const unitsPerMs = (speed * (MIN_SPEED_SHARE + (1 - MIN_SPEED_SHARE) * random())) / 1000;
    const arrivesAt = beginsAt + Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / unitsPerMs) + 1;
    const restMs = random() < REST_PROBABILITY ? REST_MS.min + Math.floor((REST_MS.max - REST_MS.min) * random()) : 0;
    const facing = Math.atan2(to.y - from.y, to.x - from.x);
    return { from, to, facing, beginsAt, arrivesAt, endsAt: arrivesAt + restMs };
  };
  const segments: [PatrolSegment, ...PatrolSegment[]] = [
    segmentTo({ x: inBox(box.x, box.width), y: inBox(box.y, box.height) }, first, 0),
  ];
  let last = segments[0];
  while (segments.length < WAYPOINTS) {
    const isLast = segments.length === WAYPOINTS - 1;
    const to = isLast ? first : { x: inBox(box.x, box.width), y: inBox(box.y, box.height) };
    segments.push((last = segmentTo(to, last.to, last.endsAt)));
  }
  return { segments, durationMs: last.endsAt, phaseMs: Math.floor(last.endsAt * random()) };
}

/** Pseudo-random numbers in [0, 1): seeded with the FNV-1a hash of the text, mixed by SplitMix's finaliser. */
function seededRandom(text: string): () => number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
