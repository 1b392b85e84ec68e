/** The status of a character: visible to its zone until it is replaced or the character leaves the world. */
import { Injectable } from '@nestjs/common';
import type { CharacterStatusDto } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import { PlayedCharacters } from '../played-characters/played-characters';
import { InterestManager } from '../interest/interest-manager';

@Injectable()
export class CharacterStatusService {
  constructor(
    private readonly played: PlayedCharacters,
    private readonly interest: InterestManager,
    private readonly realtime: RealtimeService,
  ) {}

  /** Sets the status of the caller's character; an unchanged status is not broadcast. @throws AppError NO_CHARACTER. */
  setStatus(caller: Caller, { status }: CharacterStatusDto): { status: string } {
    const played = this.played.requirePresent(caller);
    if (played.status === status) return { status };
    played.status = status;
    this.interest.showCharacter(played);
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
