/** What a zone is. */

/** In units; x to the east, y to the south. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Zone {
  readonly id: string;
  /** In units; places run from 0 to these, both included. */
  readonly width: number;
  readonly height: number;
  /** Units a character walks in one second. */
  readonly speed: number;
  /** Where a character stands that has no other place in here. */
  readonly spawn: Point & { readonly facing: number };
}

/** Whether a place is in the zone. No number that is not finite is. */
export function isInside(zone: Zone, { x, y }: Point): boolean {
  return x >= 0 && x <= zone.width && y >= 0 && y <= zone.height;
}
