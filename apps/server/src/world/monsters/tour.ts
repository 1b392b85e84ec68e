/** Where one monster walks: a closed round of legs within a box, made up from a text, the same on every node. */
import type { Box, Point } from '../zones/box';

const PLACES = 16;
/** Share of the box's side that is left free at its edges, so that no rounding leads out of it. */
const MARGIN = 0.01;
/** Of all places, at how many it rests, and for how long. */
const RESTS = 0.6;
const REST_MS = { min: 1_000, max: 6_000 } as const;
/** Share of its speed at which it walks a leg, at the least. */
const SLOWEST = 0.5;

/** It walks until `arrivesAt` and rests until the next leg begins; all in whole milliseconds of the round. */
export interface Leg {
  readonly from: Point;
  readonly to: Point;
  readonly facing: number;
  readonly beginsAt: number;
  readonly arrivesAt: number;
  readonly endsAt: number;
}

export interface Tour {
  readonly legs: readonly [Leg, ...Leg[]];
  readonly lengthMs: number;
  /** So far it is into its round at the beginning of 1970: no two monsters of a box keep step. */
  readonly aheadMs: number;
}

/** `speed` in units per second, which no leg exceeds. */
export function tourOf(name: string, box: Box, speed: number): Tour {
  const chance = chancesOf(name);
  const inBox = (from: number, side: number): number => from + side * (MARGIN + (1 - 2 * MARGIN) * chance());
  const first = { x: inBox(box.x, box.width), y: inBox(box.y, box.height) };
  const legTo = (to: Point, from: Point, beginsAt: number): Leg => {
    const pace = (speed * (SLOWEST + (1 - SLOWEST) * chance())) / 1000;
    const arrivesAt = beginsAt + Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / pace) + 1;
    const restMs = chance() < RESTS ? REST_MS.min + Math.floor((REST_MS.max - REST_MS.min) * chance()) : 0;
    const facing = Math.atan2(to.y - from.y, to.x - from.x);
    return { from, to, facing, beginsAt, arrivesAt, endsAt: arrivesAt + restMs };
  };
  const legs: [Leg, ...Leg[]] = [legTo({ x: inBox(box.x, box.width), y: inBox(box.y, box.height) }, first, 0)];
  let last = legs[0];
  while (legs.length < PLACES) {
    const home = legs.length === PLACES - 1;
    const to = home ? first : { x: inBox(box.x, box.width), y: inBox(box.y, box.height) };
    legs.push((last = legTo(to, last.to, last.endsAt)));
  }
  return { legs, lengthMs: last.endsAt, aheadMs: Math.floor(last.endsAt * chance()) };
}

/** Numbers from 0 to 1 that follow from a text: FNV-1a of it, stirred further by SplitMix's finaliser. */
function chancesOf(text: string): () => number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
