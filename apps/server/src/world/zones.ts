/** The zones of the world, as data. */
import { STARTING_POINT } from '../characters';
import type { Zone } from './zone';

const STARTING_VILLAGE: Zone = {
  id: STARTING_POINT.zone,
  width: 200,
  height: 200,
  speed: 5,
  spawn: STARTING_POINT,
};

export const ZONES: ReadonlyMap<string, Zone> = new Map([STARTING_VILLAGE].map((zone) => [zone.id, zone]));

/** The zone of this id; the starting village for one that the world no longer has. */
export function zoneOrStart(id: string): Zone {
  return ZONES.get(id) ?? STARTING_VILLAGE;
}
