/** What characters are up to, for all in the zone to see: until they leave the world or say otherwise. */
import { Injectable } from '@nestjs/common';
import type { CharacterStatusDto } from '@aeturnis/contracts';
import { type Caller, RealtimeService } from '@aeturnis/realtime';
import { PlayedCharacters } from '../played-characters';
import { Surroundings } from '../surroundings';

@Injectable()
export class CharacterStatusService {
  constructor(
    private readonly played: PlayedCharacters,
    private readonly surroundings: Surroundings,
    private readonly realtime: RealtimeService,
  ) {}

  /** Of the character this connection plays. The same once more is told to nobody. @throws AppError NO_CHARACTER. */
  tell(caller: Caller, { status }: CharacterStatusDto): { status: string } {
    const played = this.played.playedBy(caller);
    if (played.status === status) return { status };
    played.status = status;
    this.surroundings.appear(played);
    const { id, zone } = played;
    this.realtime.emitToZone(
      zone.id,
      'character:status_changed',
      { zone: zone.id, id, status },
      { chargedTo: caller.principal.userId },
    );
    return { status };
  }
}
