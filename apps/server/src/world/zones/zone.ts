/** What a zone is once its file has been read. */
import { grown, isWithin, type Point } from './box';
import { Ways } from './ways';
import type { ZoneFile } from './zone-file';

/** Half of the side of a character, which is a square to obstacles. A client keeps its middle this far from them. */
export const BODY = 0.4;
/** Units a wall gives way: what clients round their positions to, and the last bit of their arithmetic. */
const SKIN = 0.05;

export type Ground = ZoneFile['ground'];
export type Exit = ZoneFile['exits'][number];
export type Standing = Point & { readonly facing: number };

export interface Zone extends ZoneFile {
  /** Where a character stands that has no other place in here: the first of the spawn points. */
  readonly spawn: Standing;
  /** Where one can walk, as steps are judged by. */
  readonly ways: Ways;
}

export function buildZone(file: ZoneFile): Zone {
  const [spawn] = file.spawns;
  if (!spawn) throw new Error(`zone '${file.id}' has no spawn point`);
  return { ...file, spawn, ways: waysOf(file, BODY - SKIN) };
}

/** `body`: how far from obstacles the middle of a character is held. */
export function waysOf({ width, height, obstacles }: ZoneFile, body: number): Ways {
  return new Ways(
    width,
    height,
    obstacles.map((obstacle) => grown(obstacle, body)),
  );
}

/** Whether a place is in the zone. No number that is not finite is. */
export function isInside(zone: Pick<Zone, 'width' | 'height'>, { x, y }: Point): boolean {
  return x >= 0 && x <= zone.width && y >= 0 && y <= zone.height;
}

/** Of patches that overlap, the last one counts. */
export function groundAt({ patches, ground }: ZoneFile, point: Point): Ground {
  return patches.findLast((patch) => isWithin(patch, point))?.ground ?? ground;
}
