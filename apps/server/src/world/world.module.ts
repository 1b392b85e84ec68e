/** The Nest module of the world: zones, played characters and their movement. */
import { Module } from '@nestjs/common';
import { NodeIdentity, RedisService } from '@aeturnis/platform';
import { CharactersModule } from '../characters';
import { ActionService } from './actions/action.service';
import { CharacterStatusService } from './actions/character-status.service';
import { LevelBroadcast } from './actions/level-broadcast';
import { CharacterGateway } from './character.gateway';
import { DisconnectGracePeriod } from './played-characters/disconnect-grace-period';
import { MemoryZonePositions } from './positions/memory-zone-positions';
import { MovementService } from './movement/movement.service';
import { ZoneReplication } from './replication/zone-replication';
import { PlayedCharacters } from './played-characters/played-characters';
import { PositionSync } from './positions/position-sync';
import { PositionWriter } from './positions/position-writer';
import { RedisZonePositions } from './positions/redis-zone-positions';
import { SelectionService } from './played-characters/selection.service';
import { InterestManager } from './interest/interest-manager';
import { CharacterClaims } from './played-characters/character-claims';
import { CharacterDeparture } from './played-characters/character-departure';
import { CharacterResume } from './played-characters/character-resume';
import { FightingCharacters } from './played-characters/fighting-characters';
import { CharacterTakeover } from './played-characters/character-takeover';
import { TravelService } from './movement/travel.service';
import { WORLD_METRIC_PROVIDERS, WorldMetrics } from './world-metrics';
import { WorldService } from './world.service';
import { ZoneMembership } from './zone-membership';
import { ZonePositions } from './positions/zone-positions';
import { ZoneTicker } from './zone-ticker';

const zonePositions = {
  provide: ZonePositions,
  inject: [RedisService, NodeIdentity],
  useFactory: ({ client }: RedisService, { incarnation }: NodeIdentity) =>
    client ? new RedisZonePositions(client, incarnation) : new MemoryZonePositions(),
};

@Module({
  imports: [CharactersModule],
  providers: [
    ActionService,
    CharacterGateway,
    CharacterStatusService,
    LevelBroadcast,
    DisconnectGracePeriod,
    MovementService,
    ZoneReplication,
    PlayedCharacters,
    PositionSync,
    PositionWriter,
    SelectionService,
    InterestManager,
    CharacterClaims,
    CharacterDeparture,
    CharacterResume,
    CharacterTakeover,
    FightingCharacters,
    TravelService,
    WorldMetrics,
    WorldService,
    ZoneMembership,
    zonePositions,
    ZoneTicker,
    ...WORLD_METRIC_PROVIDERS,
  ],
  exports: [FightingCharacters, WorldService],
})
export class WorldModule {}
