/** The maps of the zones over HTTP, for everybody: they tell nothing about anybody. */
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiNotModifiedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@aeturnis/platform';
import type { Response } from 'express';
import { ApiErrors, PerMinute } from '../../http';
import { type Tagged, type ZoneMap, ZoneMaps, type ZoneSummary } from './zone-maps';

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
  @PerMinute(60)
  @ApiOperation({ summary: 'Lists the zones, by their ids. With If-None-Match, 304 while no map has changed.' })
  @ApiOkResponse({ schema: { example: { zones: [SUMMARY] } } })
  @ApiNotModifiedResponse({ description: 'The list is the one of this ETag.' })
  list(@Res({ passthrough: true }) response: Response): { zones: readonly ZoneSummary[] } {
    return answer(response, this.maps.list);
  }

  @Get(':id')
  @PerMinute(60)
  @ApiOperation({
    summary:
      'The map of a zone: its size, how fast one walks (units a second), ground, obstacles, spawn points and exits. With If-None-Match, 304 while it has not changed.',
  })
  @ApiOkResponse({ schema: { example: MAP } })
  @ApiNotModifiedResponse({ description: 'The map is the one of this ETag.' })
  @ApiErrors('NOT_FOUND')
  map(@Param('id') id: string, @Res({ passthrough: true }) response: Response): ZoneMap {
    return answer(response, this.maps.map(id));
  }
}

/** Kept by caches, and asked for again each time: a release may change a map. Express compares the tag and answers 304. */
function answer<T>(response: Response, { value, etag }: Tagged<T>): T {
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'public, no-cache');
  return value;
}
