/** What must hold of zones beyond their shape, one rule per function: in each by itself, and between them. */
import { type Box, contains, grown, overlaps, type Point } from './box';
import type { Complain } from './shape';
import type { Ways } from './ways';
import { BODY, isInside, waysOf } from './zone';
import type { ZoneFile } from './zone-file';

export interface Start extends Point {
  readonly zone: string;
}
export interface ReadZone {
  readonly zone: ZoneFile;
  /** For a body of full size: who keeps to it is never refused a step. */
  readonly ways: Ways;
  readonly complain: Complain;
}

export function withWays(zone: ZoneFile, complain: Complain): ReadZone {
  return { zone, ways: waysOf(zone, BODY), complain };
}

/** Complains about everything in this zone that needs no other. */
export function checkZone(read: ReadZone): void {
  idsAreUnique(read);
  boxesAreInside(read);
  placesAreFree(read);
  allIsReached(read);
  monstersHaveRoom(read);
}

/** Complains about what leads from this zone to others. Of those that are `unreadable` nothing more is known. */
export function checkExits(
  { zone, complain }: ReadZone,
  others: ReadonlyMap<string, ReadZone>,
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

/** What is wrong with where new characters begin; undefined where nothing is. */
export function startProblem(zones: ReadonlyMap<string, ReadZone>, start: Start): string | undefined {
  const read = zones.get(start.zone);
  if (!read) return `there is no zone '${start.zone}', in which new characters begin`;
  const problem = standingProblem(read, start) ?? reachProblem(read, start);
  return problem && `where new characters begin (${start.x}, ${start.y}) ${problem}`;
}

function idsAreUnique({ zone, complain }: ReadZone): void {
  for (const field of ['spawns', 'exits', 'monsters'] as const) {
    const ids = zone[field].map(({ id }) => id);
    ids.forEach((id, index) => {
      if (ids.indexOf(id) !== index) complain(`${field}[${index}].id`, `'${id}' is there already`);
    });
  }
}

function boxesAreInside({ zone, complain }: ReadZone): void {
  for (const field of ['obstacles', 'patches', 'monsters'] as const) {
    zone[field].forEach((box, index) => {
      if (!contains(whole(zone), box)) complain(`${field}[${index}]`, `reaches out of the zone, ${size(zone)}`);
    });
  }
}

function placesAreFree(read: ReadZone): void {
  for (const [path, point] of places(read.zone)) {
    const problem = standingProblem(read, point);
    if (problem) read.complain(path, problem);
  }
}

function allIsReached(read: ReadZone): void {
  for (const [path, point] of places(read.zone)) {
    const problem = standingProblem(read, point) ? undefined : reachProblem(read, point);
    if (problem) read.complain(path, problem);
  }
}

// They walk straight from anywhere to anywhere in their area, so nothing may stand in it.
function monstersHaveRoom({ zone, complain }: ReadZone): void {
  zone.monsters.forEach((area, index) => {
    const blocked = zone.obstacles.findIndex((obstacle) => overlaps(grown(obstacle, BODY), area));
    if (blocked >= 0) complain(`monsters[${index}]`, `obstacles[${blocked}] stands in their area, or too near to it`);
    if (!isHostile(zone, area)) complain(`monsters[${index}]`, 'their area is not all on hostile ground');
  });
}

function isHostile({ ground, patches }: ZoneFile, area: Box): boolean {
  const lastHostile = patches.findLastIndex((patch) => patch.ground === 'hostile' && contains(patch, area));
  if (lastHostile < 0 && ground === 'safe') return false;
  return !patches.slice(lastHostile + 1).some((patch) => patch.ground === 'safe' && overlaps(patch, area));
}

function standingProblem({ zone, ways }: ReadZone, point: Point): string | undefined {
  if (!isInside(zone, point)) return `is outside of the zone, ${size(zone)}`;
  if (ways.isFree(point)) return undefined;
  const blocking = zone.obstacles.findIndex(
    (obstacle) => !waysOf({ ...zone, obstacles: [obstacle] }, BODY).isFree(point),
  );
  return `is in obstacles[${blocking}], or too near to it for a character`;
}

function reachProblem({ zone, ways }: ReadZone, point: Point): string | undefined {
  const [first] = zone.spawns;
  // A first spawn point that is no place to stand at is complained about by itself.
  if (!first || !ways.isFree(first) || Number.isFinite(ways.shortest(first, point))) return undefined;
  return `cannot be walked to from spawns[0] (${first.id})`;
}

function places({ spawns, exits }: ZoneFile): [path: string, point: Point][] {
  return [
    ...spawns.map((spawn, index): [string, Point] => [`spawns[${index}]`, spawn]),
    ...exits.map((exit, index): [string, Point] => [`exits[${index}]`, exit]),
  ];
}

const whole = ({ width, height }: ZoneFile): Box => ({ x: 0, y: 0, width, height });
const size = ({ width, height }: ZoneFile): string => `which is ${width} × ${height}`;
