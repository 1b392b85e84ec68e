/** The maps of the zones as clients get them: the zone files without the areas of monsters, with entity tags. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { Atlas } from './atlas';
import { BODY_HALF_SIZE, type Zone } from './zone';
import type { ZoneFile } from './zone-file';

export type ZoneMap = Omit<ZoneFile, 'monsters'> & {
  /** Half the side of a character's square collision box, in units. */
  readonly bodyHalfSize: number;
};

export interface ZoneSummary extends Pick<ZoneFile, 'id' | 'name' | 'width' | 'height' | 'speed' | 'ground'> {
  /** The target zones of the exits, without duplicates. */
  readonly leadsTo: readonly string[];
  /** The ETag of the map: it changes exactly when the map does. */
  readonly etag: string;
}

/** A value that depends on the zone files alone, with its entity tag. */
export interface WithETag<T> {
  readonly value: T;
  readonly etag: string;
}

@Injectable()
export class ZoneMaps {
  readonly list: WithETag<{ zones: readonly ZoneSummary[] }>;
  private readonly maps: ReadonlyMap<string, WithETag<ZoneMap>>;

  constructor(atlas: Atlas) {
    const zones = [...atlas.zones.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
    this.maps = new Map(zones.map((zone) => [zone.id, withETag(mapOf(zone))]));
    this.list = withETag({ zones: zones.map((zone) => summaryOf(zone, this.map(zone.id).etag)) });
  }

  /** @throws AppError NOT_FOUND. */
  map(id: string): WithETag<ZoneMap> {
    const map = this.maps.get(id);
    if (!map) throw new AppError('NOT_FOUND', 'There is no such zone');
    return map;
  }
}

function mapOf({ id, name, width, height, speed, ground, patches, obstacles, spawns, exits }: Zone): ZoneMap {
  return { id, name, width, height, speed, bodyHalfSize: BODY_HALF_SIZE, ground, patches, obstacles, spawns, exits };
}

function summaryOf({ id, name, width, height, speed, ground, exits }: Zone, etag: string): ZoneSummary {
  return { id, name, width, height, speed, ground, leadsTo: [...new Set(exits.map(({ to }) => to))], etag };
}

function withETag<T>(value: T): WithETag<T> {
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url');
  return { value, etag: `"${hash.slice(0, 27)}"` };
}
