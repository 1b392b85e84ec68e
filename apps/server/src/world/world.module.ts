/** The world: zones, who is in them, and how they move. */
import { Module } from '@nestjs/common';
import { RedisService } from '@aeturnis/platform';
import { CharactersModule } from '../characters';
import { CharacterGateway } from './character.gateway';
import { MemoryZonePositions } from './memory-zone-positions';
import { MovementService } from './movement.service';
import { Neighbours } from './neighbours';
import { PlayedCharacters } from './played-characters';
import { PositionSharing } from './position-sharing';
import { PositionWriter } from './position-writer';
import { RedisZonePositions } from './redis-zone-positions';
import { SelectionService } from './selection.service';
import { Surroundings } from './surroundings';
import { Takeover } from './takeover';
import { TravelService } from './travel.service';
import { WORLD_METRIC_PROVIDERS, WorldMetrics } from './world-metrics';
import { WorldService } from './world.service';
import { ZoneMembers } from './zone-members';
import { ZonePositions } from './zone-positions';
import { ZoneTicker } from './zone-ticker';

const zonePositions = {
  provide: ZonePositions,
  inject: [RedisService],
  useFactory: ({ client }: RedisService) => (client ? new RedisZonePositions(client) : new MemoryZonePositions()),
};

@Module({
  imports: [CharactersModule],
  providers: [
    CharacterGateway,
    MovementService,
    Neighbours,
    PlayedCharacters,
    PositionSharing,
    PositionWriter,
    SelectionService,
    Surroundings,
    Takeover,
    TravelService,
    WorldMetrics,
    WorldService,
    ZoneMembers,
    zonePositions,
    ZoneTicker,
    ...WORLD_METRIC_PROVIDERS,
  ],
  exports: [WorldService],
})
export class WorldModule {}
