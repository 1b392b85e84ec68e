/**
 * The monsters of a zone and their poses over time: a pure function of the zone file, the monster's id and the time, so that
 * all nodes agree without messages.
 */
import type { Zone } from '../zones/zone';
import { type PatrolSegment, type PatrolPath, createPatrolPath } from './patrol-path';

export interface PatrollingMonster {
  /** `<zone>:<entry of the zone's file>:<number>`: unique in the world, and the same after every restart. */
  readonly id: string;
  readonly kind: string;
  readonly level: number;
  readonly path: PatrolPath;
  /** The segment of the last query: where the next search starts. */
  segmentIndex: number;
}

/** In the order of the file. */
export function createMonsters(zone: Pick<Zone, 'id' | 'monsters'>): PatrollingMonster[] {
  return zone.monsters.flatMap(({ id: entry, kind, level, count, speed, ...box }) =>
    Array.from({ length: count }, (_, index) => {
      const id = monsterIdOf(zone, entry, index + 1);
      return { id, kind, level, path: createPatrolPath(id, box, speed), segmentIndex: 0 };
    }),
  );
}

/** Whether the zone has a monster of this id. */
export function hasMonster(zone: Pick<Zone, 'id' | 'monsters'>, id: string): boolean {
  const number = Number(id.slice(id.lastIndexOf(':') + 1));
  return zone.monsters.some(
    ({ id: entry, count }) =>
      Number.isInteger(number) && number >= 1 && number <= count && id === monsterIdOf(zone, entry, number),
  );
}

/** A monster and where it stands. */
export interface MonsterPose extends Pick<PatrollingMonster, 'id' | 'kind' | 'level'> {
  readonly x: number;
  readonly y: number;
}

/** The monster of this id at a time in milliseconds since 1970; null if the zone has none. */
export function findMonster(zone: Pick<Zone, 'id' | 'monsters'>, id: string, timeMs: number): MonsterPose | null {
  if (!hasMonster(zone, id)) return null;
  const entry = zone.monsters.find(({ id: entryId }) => id.startsWith(`${zone.id}:${entryId}:`));
  const monster = entry && createMonsters({ id: zone.id, monsters: [entry] }).find((each) => each.id === id);
  if (!monster) return null;
  const { kind, level } = monster;
  const { x, y } = monsterPoseAt(monster, timeMs);
  return { id, kind, level, x, y };
}

/** `timeMs`: milliseconds since 1970. A resting monster keeps the facing of its last segment. */
export function monsterPoseAt(monster: PatrollingMonster, timeMs: number): { x: number; y: number; facing: number } {
  const { durationMs, phaseMs } = monster.path;
  const time = (((timeMs + phaseMs) % durationMs) + durationMs) % durationMs;
  const { from, to, facing, beginsAt, arrivesAt } = currentSegment(monster, time);
  const progress = Math.min((time - beginsAt) / (arrivesAt - beginsAt), 1);
  return { x: from.x + (to.x - from.x) * progress, y: from.y + (to.y - from.y) * progress, facing };
}

/** Searches from the segment of the last query: usually it is that one or the next. */
function currentSegment(monster: PatrollingMonster, time: number): PatrolSegment {
  const { segments } = monster.path;
  let segment = segments[monster.segmentIndex] ?? segments[0];
  while (time < segment.beginsAt || time >= segment.endsAt) {
    monster.segmentIndex = (monster.segmentIndex + 1) % segments.length;
    segment = segments[monster.segmentIndex] ?? segments[0];
  }
  return segment;
}

const monsterIdOf = (zone: Pick<Zone, 'id'>, entry: string, number: number): string => `${zone.id}:${entry}:${number}`;
