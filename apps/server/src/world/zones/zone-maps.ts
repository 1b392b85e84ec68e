/** The maps of the zones as clients get them: what one sees who walks there, without where monsters wait. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { Atlas } from './atlas';
import { BODY, type Zone } from './zone';
import type { ZoneFile } from './zone-file';

export type ZoneMap = Omit<ZoneFile, 'monsters'> & {
  /** Half of the side of the square that a character is to obstacles, in units. */
  readonly bodyHalfSize: number;
};

export interface ZoneSummary extends Pick<ZoneFile, 'id' | 'name' | 'width' | 'height' | 'speed' | 'ground'> {
  /** The zones that the exits lead to, each once. */
  readonly leadsTo: readonly string[];
  /** The ETag of the map: as long as it is the same, so is the map. */
  readonly etag: string;
}

/** Something that changes with the files of the zones alone, and its entity tag. */
export interface Tagged<T> {
  readonly value: T;
  readonly etag: string;
}

@Injectable()
export class ZoneMaps {
  readonly list: Tagged<{ zones: readonly ZoneSummary[] }>;
  private readonly maps: ReadonlyMap<string, Tagged<ZoneMap>>;

  constructor(atlas: Atlas) {
    const zones = [...atlas.zones.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
    this.maps = new Map(zones.map((zone) => [zone.id, tagged(mapOf(zone))]));
    this.list = tagged({ zones: zones.map((zone) => summaryOf(zone, this.map(zone.id).etag)) });
  }

  /** @throws AppError NOT_FOUND. */
  map(id: string): Tagged<ZoneMap> {
    const map = this.maps.get(id);
    if (!map) throw new AppError('NOT_FOUND', 'There is no such zone');
    return map;
  }
}

function mapOf({ id, name, width, height, speed, ground, patches, obstacles, spawns, exits }: Zone): ZoneMap {
  return { id, name, width, height, speed, bodyHalfSize: BODY, ground, patches, obstacles, spawns, exits };
}

function summaryOf({ id, name, width, height, speed, ground, exits }: Zone, etag: string): ZoneSummary {
  return { id, name, width, height, speed, ground, leadsTo: [...new Set(exits.map(({ to }) => to))], etag };
}

function tagged<T>(value: T): Tagged<T> {
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url');
  return { value, etag: `"${hash.slice(0, 27)}"` };
}
