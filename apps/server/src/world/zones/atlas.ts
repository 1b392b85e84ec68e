/** All zones of the world: read once, at boot. */
import { join } from 'node:path';
import { STARTING_POINT } from '../../characters';
import type { Zone } from './zone';
import { readZones } from './zone-folder';

const FOLDER = join(__dirname, '..', '..', '..', 'zones');

export class Atlas {
  private constructor(
    readonly zones: ReadonlyMap<string, Zone>,
    /** The starting zone: also for characters whose zone no longer exists. */
    readonly start: Zone,
  ) {}

  /** @throws BrokenWorldError */
  static read(folder = FOLDER): Atlas {
    const zones = readZones(folder, STARTING_POINT);
    const start = zones.get(STARTING_POINT.zone);
    if (!start) throw new Error('starting zone is missing, although readZones has accepted the world');
    return new Atlas(zones, start);
  }

  /** The zone with this id, or the starting zone if it no longer exists. */
  zoneOrStart(id: string): Zone {
    return this.zones.get(id) ?? this.start;
  }
}
