/** Semantic rules for zone files beyond their shape, one per function: within a zone, and between zones. */
import { type Box, boxContains, expandBox, boxesOverlap, type Point } from './box';
import type { Complain } from './shape';
import type { Pathfinder } from './pathfinder';
import { BODY_HALF_SIZE, isInsideZone, pathfinderFor } from './zone';
import type { ZoneFile } from './zone-file';

export interface StartingPlace extends Point {
  readonly zone: string;
}
export interface ParsedZone {
  readonly zone: ZoneFile;
  /** For a body of full size: clients that walk by it are never refused a step. */
  readonly pathfinder: Pathfinder;
  readonly complain: Complain;
}

export function withPathfinder(zone: ZoneFile, complain: Complain): ParsedZone {
  return { zone, pathfinder: pathfinderFor(zone, BODY_HALF_SIZE), complain };
}

/** Reports all problems of this zone that do not depend on other zones. */
export function checkZone(parsed: ParsedZone): void {
  checkUniqueIds(parsed);
  checkBoxesInside(parsed);
  checkPlacesFree(parsed);
  checkAllReachable(parsed);
  checkMonsterAreas(parsed);
}

/** Reports the problems of exits into other zones. Exits into `unreadable` zones are not checked. */
export function checkExits(
  { zone, complain }: ParsedZone,
  others: ReadonlyMap<string, ParsedZone>,
  unreadable: ReadonlySet<string>,
): void {
  zone.exits.forEach(({ to, arrival }, index) => {
    if (unreadable.has(to)) return;
    const other = others.get(to);
    if (!other) complain(`exits[${index}].to`, `there is no zone '${to}'`);
    else {
      const problem = standingProblem(other, arrival) ?? reachProblem(other, arrival);
      if (problem) complain(`exits[${index}].arrival`, `${problem}, in zone '${to}'`);
    }
  });
}

/** The problem of the starting point of new characters; undefined if it is valid. */
export function startProblem(zones: ReadonlyMap<string, ParsedZone>, start: StartingPlace): string | undefined {
  const parsed = zones.get(start.zone);
  if (!parsed) return `there is no zone '${start.zone}', in which new characters start`;
  const problem = standingProblem(parsed, start) ?? reachProblem(parsed, start);
  return problem && `the starting point of new characters (${start.x}, ${start.y}) ${problem}`;
}

function checkUniqueIds({ zone, complain }: ParsedZone): void {
  for (const field of ['spawns', 'exits', 'monsters'] as const) {
    const ids = zone[field].map(({ id }) => id);
    ids.forEach((id, index) => {
      if (ids.indexOf(id) !== index) complain(`${field}[${index}].id`, `'${id}' is already used`);
    });
  }
}

function checkBoxesInside({ zone, complain }: ParsedZone): void {
  for (const field of ['obstacles', 'patches', 'monsters'] as const) {
    zone[field].forEach((box, index) => {
      if (!boxContains(zoneBounds(zone), box))
        complain(`${field}[${index}]`, `extends beyond the zone, ${describeSize(zone)}`);
    });
  }
}

function checkPlacesFree(parsed: ParsedZone): void {
  for (const [path, point] of spawnsAndExits(parsed.zone)) {
    const problem = standingProblem(parsed, point);
    if (problem) parsed.complain(path, problem);
  }
}

function checkAllReachable(parsed: ParsedZone): void {
  for (const [path, point] of spawnsAndExits(parsed.zone)) {
    const problem = standingProblem(parsed, point) ? undefined : reachProblem(parsed, point);
    if (problem) parsed.complain(path, problem);
  }
}

// Monsters walk in straight lines between any two points of their area, so it must be free of obstacles.
function checkMonsterAreas({ zone, complain }: ParsedZone): void {
  zone.monsters.forEach((area, index) => {
    const blocked = zone.obstacles.findIndex((obstacle) => boxesOverlap(expandBox(obstacle, BODY_HALF_SIZE), area));
    if (blocked >= 0) complain(`monsters[${index}]`, `obstacles[${blocked}] is in the area, or too near to it`);
    if (!isHostile(zone, area)) complain(`monsters[${index}]`, 'the area is not entirely on hostile ground');
  });
}

function isHostile({ ground, patches }: ZoneFile, area: Box): boolean {
  const lastHostile = patches.findLastIndex((patch) => patch.ground === 'hostile' && boxContains(patch, area));
  if (lastHostile < 0 && ground === 'safe') return false;
  return !patches.slice(lastHostile + 1).some((patch) => patch.ground === 'safe' && boxesOverlap(patch, area));
}

function standingProblem({ zone, pathfinder }: ParsedZone, point: Point): string | undefined {
  if (!isInsideZone(zone, point)) return `is outside of the zone, ${describeSize(zone)}`;
  if (pathfinder.isFree(point)) return undefined;
  const blocking = zone.obstacles.findIndex(
    (obstacle) => !pathfinderFor({ ...zone, obstacles: [obstacle] }, BODY_HALF_SIZE).isFree(point),
  );
  return `is in obstacles[${blocking}], or too near to it for a character`;
}

function reachProblem({ zone, pathfinder }: ParsedZone, point: Point): string | undefined {
  const [first] = zone.spawns;
  // A first spawn point that is not free is reported by its own check.
  if (!first || !pathfinder.isFree(first) || Number.isFinite(pathfinder.shortestDistance(first, point)))
    return undefined;
  return `cannot be reached from spawns[0] (${first.id})`;
}

function spawnsAndExits({ spawns, exits }: ZoneFile): [path: string, point: Point][] {
  return [
    ...spawns.map((spawn, index): [string, Point] => [`spawns[${index}]`, spawn]),
    ...exits.map((exit, index): [string, Point] => [`exits[${index}]`, exit]),
  ];
}

const zoneBounds = ({ width, height }: ZoneFile): Box => ({ x: 0, y: 0, width, height });
const describeSize = ({ width, height }: ZoneFile): string => `which is ${width} × ${height}`;
