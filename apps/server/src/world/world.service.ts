/** What other domains may ask of the world. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SystemSync } from '@aeturnis/realtime';
import { CharactersService } from '../characters';
import { PlayedCharacters } from './played-characters';
import { ZonePositions } from './zone-positions';
import { Atlas } from './zones/atlas';

export interface Playing {
  readonly characterId: string;
  readonly name: string;
  readonly zone: string;
}

@Injectable()
export class WorldService implements OnModuleInit {
  constructor(
    private readonly atlas: Atlas,
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly positions: ZonePositions,
    private readonly sync: SystemSync,
  ) {}

  onModuleInit(): void {
    this.sync.register('zone', ({ principal }) => this.characters.lastZone(principal.userId));
  }

  hasZone(zone: string): boolean {
    return this.atlas.zones.has(zone);
  }

  /** The character this connection plays and where; null while it plays none. */
  playing(socketId: string): Playing | null {
    const played = this.played.ofSocket(socketId);
    return played?.present ? { characterId: played.id, name: played.character.name, zone: played.zone.id } : null;
  }

  /** The zone a character is in now, on any node; null for one that nobody plays. Knows this node alone while Redis is away. */
  async zoneOf(characterId: string): Promise<string | null> {
    const here = this.played.get(characterId);
    if (here?.present) return here.zone.id;
    const zones = [...this.atlas.zones.keys()];
    const found = await Promise.all(zones.map((zone) => this.positions.has(zone, characterId).catch(() => false)));
    return zones.find((_, index) => found[index]) ?? null;
  }
}
