/** Lets the others of the zone see the level of a character that has grown; its owner is told by whoever awards it. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { RealtimeService } from '@aeturnis/realtime';
import { CharactersService, type Progress } from '../../characters';
import { PlayedCharacters } from '../played-characters';
import { Surroundings } from '../surroundings';

@Injectable()
export class Growth implements OnModuleInit {
  constructor(
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly surroundings: Surroundings,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    this.characters.onGrown((progress) => this.grown(progress));
  }

  private grown({ id, level, experience, stats }: Progress): void {
    const played = this.played.get(id);
    // Of two awards the later one may be heard of first; it holds the earlier one.
    if (!played || played.character.experience >= experience) return;
    const seenLevel = played.character.level;
    played.character = { ...played.character, level, experience, stats };
    if (!played.present || level === seenLevel) return;
    this.surroundings.appear(played);
    const zone = roomName(RoomKind.Zone, played.zone.id);
    const except = roomName(RoomKind.User, played.accountId);
    this.realtime.emitToRoom(zone, 'character:updated', { id, level }, { except });
  }
}
