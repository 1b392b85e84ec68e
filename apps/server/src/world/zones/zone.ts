/** A zone built from its file: its spawn point, its pathfinder, and questions about positions in it. */
import { expandBox, isPointInBox, type Point } from './box';
import { Pathfinder } from './pathfinder';
import type { ZoneFile } from './zone-file';

/** Half the side of a character's square collision box. Clients keep its centre this far from obstacles. */
export const BODY_HALF_SIZE = 0.4;
/** Units by which walls are shrunk, to tolerate rounded positions of clients and floating-point errors. */
const WALL_TOLERANCE = 0.05;

export type ZoneExit = ZoneFile['exits'][number];
export type Pose = Point & { readonly facing: number };

export interface Zone extends ZoneFile {
  /** The first spawn point: the position of characters without a valid one in this zone. */
  readonly spawn: Pose;
  /** The pathfinder by which steps are validated; its walls are shrunk by the tolerance. */
  readonly pathfinder: Pathfinder;
}

export function buildZone(file: ZoneFile): Zone {
  const [spawn] = file.spawns;
  if (!spawn) throw new Error(`zone '${file.id}' has no spawn point; add one to its file`);
  return { ...file, spawn, pathfinder: pathfinderFor(file, BODY_HALF_SIZE - WALL_TOLERANCE) };
}

/** `bodyHalfSize`: the least distance between obstacles and the centre of a character, in units. */
export function pathfinderFor({ width, height, obstacles }: ZoneFile, bodyHalfSize: number): Pathfinder {
  return new Pathfinder(
    width,
    height,
    obstacles.map((obstacle) => expandBox(obstacle, bodyHalfSize)),
  );
}

/** Whether a point is in the zone, borders included. False for coordinates that are not finite. */
export function isInsideZone(zone: Pick<Zone, 'width' | 'height'>, { x, y }: Point): boolean {
  return x >= 0 && x <= zone.width && y >= 0 && y <= zone.height;
}

/** The last patch at a point decides, else the ground of the zone. */
export function isHostileGround({ ground, patches }: Pick<Zone, 'ground' | 'patches'>, point: Point): boolean {
  const patch = patches.findLast((each) => isPointInBox(each, point));
  return (patch?.ground ?? ground) === 'hostile';
}
