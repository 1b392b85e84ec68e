/** Loads a zone of the product for the walkers. */
import { join } from 'node:path';
import { CellGrid } from '../../../../apps/server/src/world/interest/cell-grid';
import type { Pathfinder } from '../../../../apps/server/src/world/zones/pathfinder';
import { BODY_HALF_SIZE, pathfinderFor, type Zone } from '../../../../apps/server/src/world/zones/zone';
import { readZones } from '../../../../apps/server/src/world/zones/zone-folder';

const ZONES_FOLDER = join(__dirname, '../../../../apps/server/zones');
const START = { zone: 'starting_village', x: 100, y: 100 };

export interface WalkerZone {
  readonly zone: Zone;
  readonly cells: CellGrid;
  /** Keeps the whole body of a character out of obstacles, as an honest client does. */
  readonly pathfinder: Pathfinder;
}

export function loadWalkableZone(id: string): WalkerZone {
  const zone = readZones(ZONES_FOLDER, START).get(id);
  if (!zone) throw new Error(`${ZONES_FOLDER} holds no zone '${id}'`);
  return { zone, cells: new CellGrid(zone), pathfinder: pathfinderFor(zone, BODY_HALF_SIZE) };
}
