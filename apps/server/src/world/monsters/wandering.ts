/**
 * The monsters of a zone and where each is at a moment: a pure function of the zone's file, the monster's id and the time,
 * so that all nodes agree about it without a word.
 */
import type { Zone } from '../zones/zone';
import { type Leg, type Tour, tourOf } from './tour';

export interface Wanderer {
  /** `<zone>:<entry of the zone's file>:<number>`: unique in the world, and the same after every restart. */
  readonly id: string;
  readonly kind: string;
  readonly level: number;
  readonly tour: Tour;
  /** Which leg it was on when it was last asked for; nothing but a short cut. */
  leg: number;
}

/** In the order of the file. */
export function wanderersOf(zone: Pick<Zone, 'id' | 'monsters'>): Wanderer[] {
  return zone.monsters.flatMap(({ id: entry, kind, level, count, speed, ...box }) =>
    Array.from({ length: count }, (_, index) => {
      const id = `${zone.id}:${entry}:${index + 1}`;
      return { id, kind, level, tour: tourOf(id, box, speed), leg: 0 };
    }),
  );
}

/** `timeMs` in milliseconds since 1970. A monster that rests looks where it was going. */
export function whereabouts(monster: Wanderer, timeMs: number): { x: number; y: number; facing: number } {
  const { lengthMs, aheadMs } = monster.tour;
  const time = (((timeMs + aheadMs) % lengthMs) + lengthMs) % lengthMs;
  const { from, to, facing, beginsAt, arrivesAt } = currentLeg(monster, time);
  const walked = Math.min((time - beginsAt) / (arrivesAt - beginsAt), 1);
  return { x: from.x + (to.x - from.x) * walked, y: from.y + (to.y - from.y) * walked, facing };
}

/** As a rule the leg of the last time, or the one after it. */
function currentLeg(monster: Wanderer, time: number): Leg {
  const { legs } = monster.tour;
  let leg = legs[monster.leg] ?? legs[0];
  while (time < leg.beginsAt || time >= leg.endsAt) {
    monster.leg = (monster.leg + 1) % legs.length;
    leg = legs[monster.leg] ?? legs[0];
  }
  return leg;
}
