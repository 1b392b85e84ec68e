/** Broadcasts a new level to the character's zone, except its owner: the domain that awards the level notifies the owner. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RoomKind, roomName } from '@aeturnis/contracts';
import { CharactersService, type CharacterProgress } from '../../characters';
import { RealtimeService } from '../../realtime';
import { PlayedCharacters } from '../played-characters/played-characters';
import { InterestManager } from '../interest/interest-manager';

@Injectable()
export class LevelBroadcast implements OnModuleInit {
  constructor(
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly interest: InterestManager,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    this.characters.onProgress((progress) => this.onProgress(progress));
  }

  private onProgress({ id, level, experience, stats }: CharacterProgress): void {
    const played = this.played.get(id);
    // Two awards may be reported out of order; the later one includes the earlier one, which is then ignored.
    if (!played || played.character.experience >= experience) return;
    const previousLevel = played.character.level;
    played.character = { ...played.character, level, experience, stats };
    if (!played.isPresent || level === previousLevel) return;
    this.interest.showCharacter(played);
    const zone = roomName(RoomKind.Zone, played.zone.id);
    const except = roomName(RoomKind.User, played.accountId);
    this.realtime.emitToRoom(zone, 'character:updated', { id, level }, { except });
  }
}
