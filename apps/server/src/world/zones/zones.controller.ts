/** The HTTP API for zone maps; public, since maps contain no data about players. */
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@aeturnis/platform';
import type { Response } from 'express';
import { ApiErrors, ThrottlePerMinute } from '../../http';
import { type WithETag, type ZoneMap, ZoneMaps, type ZoneSummary } from './zone-maps';

const SUMMARY: ZoneSummary = {
  id: 'starting_village',
  name: 'Starting Village',
  width: 200,
  height: 200,
  speed: 5,
  ground: 'safe',
  leadsTo: ['harbor', 'forest'],
  etag: '"Q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL"',
};

const MAP: ZoneMap = {
  id: 'starting_village',
  name: 'Starting Village',
  width: 200,
  height: 200,
  speed: 5,
  bodyHalfSize: 0.4,
  ground: 'safe',
  patches: [{ ground: 'hostile', x: 122, y: 84, width: 28, height: 32 }],
  obstacles: [{ kind: 'well', x: 98.5, y: 84, width: 3, height: 3 }],
  spawns: [{ id: 'square', x: 100, y: 100, facing: 0 }],
  exits: [{ id: 'waystone', x: 100, y: 60, to: 'harbor', arrival: { x: 122, y: 60, facing: 0 } }],
};

@ApiTags('zones')
@Public()
@Controller('api/zones')
export class ZonesController {
  constructor(private readonly maps: ZoneMaps) {}

  @Get()
  @ThrottlePerMinute(60)
  @ApiOperation({ summary: 'Lists all zones. With If-None-Match, 304 while no map has changed.' })
  @ApiOkResponse({ schema: { example: { zones: [SUMMARY] } } })
  list(@Res({ passthrough: true }) response: Response): { zones: readonly ZoneSummary[] } {
    return withCacheHeaders(response, this.maps.list);
  }

  @Get(':id')
  @ThrottlePerMinute(60)
  @ApiOperation({
    summary:
      'The map of a zone: its size, the walking speed in units per second, ground, obstacles, spawn points and exits. With If-None-Match, 304 while it has not changed.',
  })
  @ApiOkResponse({ schema: { example: MAP } })
  @ApiErrors('NOT_FOUND')
  map(@Param('id') id: string, @Res({ passthrough: true }) response: Response): ZoneMap {
    return withCacheHeaders(response, this.maps.map(id));
  }
}

/** Returns the body. Caches must revalidate it, since a release may change a map; Express compares ETags and answers 304. */
function withCacheHeaders<T>(response: Response, { value, etag }: WithETag<T>): T {
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'public, no-cache');
  return value;
}
