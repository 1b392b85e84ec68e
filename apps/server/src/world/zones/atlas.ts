/** All zones of the world: read once, at boot. */
import { join } from 'node:path';
import { STARTING_POINT } from '../../characters';
import type { Zone } from './zone';
import { readZones } from './zone-folder';

const FOLDER = join(__dirname, '..', '..', '..', 'zones');

export class Atlas {
  private constructor(
    readonly zones: ReadonlyMap<string, Zone>,
    /** Where those begin whose zone is no more. */
    readonly start: Zone,
  ) {}

  /** @throws BrokenWorldError */
  static read(folder = FOLDER): Atlas {
    const zones = readZones(folder, STARTING_POINT);
    const start = zones.get(STARTING_POINT.zone);
    if (!start) throw new Error('the zone in which characters begin is checked for');
    return new Atlas(zones, start);
  }

  /** The zone of this id; the one in which characters begin for one that the world no longer has. */
  zoneOrStart(id: string): Zone {
    return this.zones.get(id) ?? this.start;
  }
}
