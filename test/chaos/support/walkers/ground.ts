/** The zones that walkers walk in, as the product has them. */
import { join } from 'node:path';
import { Cells } from '../../../../apps/server/src/world/area/cells';
import type { Ways } from '../../../../apps/server/src/world/zones/ways';
import { BODY, waysOf, type Zone } from '../../../../apps/server/src/world/zones/zone';
import { readZones } from '../../../../apps/server/src/world/zones/zone-folder';

const FOLDER = join(__dirname, '../../../../apps/server/zones');
const START = { zone: 'starting_village', x: 100, y: 100 };

export interface Ground {
  readonly zone: Zone;
  readonly cells: Cells;
  /** An honest client keeps all of a character out of obstacles. */
  readonly ways: Ways;
}

export function groundOf(id: string): Ground {
  const zone = readZones(FOLDER, START).get(id);
  if (!zone) throw new Error(`there is no zone '${id}'`);
  return { zone, cells: new Cells(zone), ways: waysOf(zone, BODY) };
}
