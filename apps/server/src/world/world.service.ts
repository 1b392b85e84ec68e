/** The interface of the world for other domains. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Caller, Clock, SystemSync } from '@aeturnis/realtime';
import { CharactersService } from '../characters';
import { findMonster, type MonsterPose } from './monsters/patrolling-monsters';
import { InterestManager } from './interest/interest-manager';
import { PlayedCharacters } from './played-characters/played-characters';
import { ZonePositions } from './positions/zone-positions';
import { Atlas } from './zones/atlas';
import type { Point } from './zones/box';
import type { MonsterStatuses } from './zone-simulation';
import { isHostileGround } from './zones/zone';

interface PlayedCharacterSummary {
  readonly characterId: string;
  readonly name: string;
  readonly zone: string;
}

/** A character in the world that wants to fight. */
export interface WorldFighter extends Point {
  readonly characterId: string;
  readonly zone: string;
}

@Injectable()
export class WorldService implements OnModuleInit {
  constructor(
    private readonly atlas: Atlas,
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly positions: ZonePositions,
    private readonly interest: InterestManager,
    private readonly sync: SystemSync,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sync.register('zone', ({ principal }) => this.characters.findLastZone(principal.userId));
  }

  hasZone(zone: string): boolean {
    return this.atlas.zones.has(zone);
  }

  /** The character that this connection plays, and its zone; null while it plays none. */
  characterOf(socketId: string): PlayedCharacterSummary | null {
    const played = this.played.findBySocket(socketId);
    return played?.isPresent ? { characterId: played.id, name: played.character.name, zone: played.zone.id } : null;
  }

  /** The character that this connection plays. @throws AppError NO_CHARACTER. */
  requireFighter(caller: Caller): WorldFighter {
    const { id: characterId, zone, motion } = this.played.requirePresent(caller);
    return { characterId, zone: zone.id, x: motion.x, y: motion.y };
  }

  /** A monster of the zone, where it stands now; null if the zone has none of this id. */
  findMonster(zone: string, monsterId: string): MonsterPose | null {
    const found = this.atlas.zones.get(zone);
    return found ? findMonster(found, monsterId, this.clock.now()) : null;
  }

  /** What the players of this node see of monsters that fight or were defeated; replaces all statuses. */
  setMonsterStatuses(statuses: MonsterStatuses): void {
    this.interest.setMonsterStatuses(statuses);
  }

  /** Whether fights are allowed at this point. */
  isHostile(zone: string, point: Point): boolean {
    const found = this.atlas.zones.get(zone);
    return found !== undefined && isHostileGround(found, point);
  }

  /** The zone of a character on any node; null if it is not played. While Redis is down, only this node is searched. */
  async zoneOf(characterId: string): Promise<string | null> {
    const local = this.played.get(characterId);
    if (local?.isPresent) return local.zone.id;
    const zones = [...this.atlas.zones.keys()];
    const found = await Promise.all(zones.map((zone) => this.positions.has(zone, characterId).catch(() => false)));
    return zones.find((_, index) => found[index]) ?? null;
  }
}
