/** Selects the character that a connection plays. */
import { Injectable, Logger } from '@nestjs/common';
import type { CharacterSelect, CharacterSelectDto, MoveEncoding, ResultOf } from '@aeturnis/contracts';
import { type Caller, Clock, Presence } from '@aeturnis/realtime';
import { CharactersService } from '../../characters';
import { WorldMetrics } from '../world-metrics';
import { ZoneMembership } from '../zone-membership';
import { CharacterClaims, type ClaimedCharacter } from './character-claims';
import { CharacterDeparture } from './character-departure';
import { FightingCharacters } from './fighting-characters';
import type { PlayedCharacter } from './played-character';
import { ClaimSupersededError, PlayedCharacters } from './played-characters';

@Injectable()
export class SelectionService {
  private readonly logger = new Logger(SelectionService.name);

  constructor(
    private readonly characters: CharactersService,
    private readonly played: PlayedCharacters,
    private readonly claims: CharacterClaims,
    private readonly departure: CharacterDeparture,
    private readonly membership: ZoneMembership,
    private readonly fighting: FightingCharacters,
    private readonly presence: Presence,
    private readonly metrics: WorldMetrics,
    private readonly clock: Clock,
  ) {}

  /**
   * Plays a character on this connection. Its previous character leaves the world; another connection that plays this one
   * loses it. On failure the connection plays nothing and the character is not visible, unless it was selected already.
   * @throws AppError NOT_FOUND for a character that is not the caller's, ROOM_FULL, CONFLICT if another connection takes the
   * character over during the selection.
   */
  async select(caller: Caller, dto: CharacterSelectDto): Promise<ResultOf<typeof CharacterSelect>> {
    const { userId } = caller.principal;
    const encoding = dto.encoding ?? 'json';
    const owned = await this.characters.getOwned(userId, dto.characterId);
    const current = this.played.findBySocket(caller.socketId);
    if (current?.id === owned.character.id) {
      await this.resendZoneState(current, encoding);
      return current.ownerView();
    }
    await this.departure.leave(current);
    const claimed = await this.claims.claim(caller, owned);
    const { played } = claimed;
    played.encoding = encoding;
    try {
      this.metrics.characterEntered();
      await this.enterWorld(claimed);
    } catch (error) {
      await this.undoEntry(claimed, error);
      throw error;
    }
    this.logger.debug({ message: 'character selected', userId, characterId: played.id, zone: played.zone.id });
    return played.ownerView();
  }

  private async resendZoneState(played: PlayedCharacter, encoding: MoveEncoding): Promise<void> {
    const previous = played.encoding;
    played.encoding = encoding;
    try {
      await this.membership.sendZoneState(played);
    } catch (error) {
      played.encoding = previous;
      throw error;
    }
  }

  /** @throws ClaimSupersededError if the stay has ended during the entry. */
  private async enterWorld({ played, handover: pending, isHeldElsewhere }: ClaimedCharacter): Promise<void> {
    const { accountId, id } = played;
    const handover = await pending;
    // Read again: a closing connection may have saved a newer position after the first read.
    const lastPlace = handover?.place ?? (await this.characters.getOwned(accountId, id)).position;
    this.played.requireCurrent(played);
    played.resumeFrom(lastPlace, this.clock.now());
    played.status = handover?.status;
    await this.fighting.applyBeforeEntry(played);
    this.played.requireCurrent(played);
    if (!handover && isHeldElsewhere) await this.membership.leaveOtherZones(played);
    this.played.requireCurrent(played);
    await this.membership.enter(played, handover?.announced);
    this.played.requireCurrent(played);
    await this.presence.setAttributes(accountId, { characterId: id, zone: played.zone.id });
    this.played.requireCurrent(played);
  }

  /** Never rejects. A stay that has ended meanwhile was cleaned up by its end. */
  private async undoEntry({ played, wasPlayed }: ClaimedCharacter, error: unknown): Promise<void> {
    if (error instanceof ClaimSupersededError) this.departure.handOver(played);
    if (!this.played.has(played)) return;
    // The zone may still see the previous stay: announce its leave, since a superfluous leave is better than none.
    played.isPresent ||= wasPlayed;
    await this.departure.leave(played);
  }
}
