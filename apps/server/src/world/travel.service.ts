/** From one zone into another, over an exit. */
import { Injectable } from '@nestjs/common';
import { AppError, type InZone, type ZoneEnterDto } from '@aeturnis/contracts';
import { type Caller, Clock, Presence } from '@aeturnis/realtime';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionWriter } from './position-writer';
import { SelectionService } from './selection.service';
import { ZoneMembers } from './zone-members';
import { Atlas } from './zones/atlas';
import type { Exit, Standing, Zone } from './zones/zone';

/** Units from an exit within which one goes through it; its player sees the character a few steps ahead of the server. */
const EXIT_REACH = 3;

@Injectable()
export class TravelService {
  constructor(
    private readonly atlas: Atlas,
    private readonly played: PlayedCharacters,
    private readonly zones: ZoneMembers,
    private readonly selection: SelectionService,
    private readonly writer: PositionWriter,
    private readonly presence: Presence,
    private readonly clock: Clock,
  ) {}

  /**
   * The others of the old zone hear that the character has left before those of the new one that it has joined; the
   * caller gets `zone:state` before the ack. Moves wait meanwhile, for commands of a connection run in order.
   * @throws AppError NO_CHARACTER, NOT_FOUND for an exit of no name here, CONFLICT for one out of reach or while the
   * character is held, ROOM_FULL; then it stands where it stood. Where it cannot go back either, it is played no more.
   */
  async enter(caller: Caller, { exitId }: ZoneEnterDto): Promise<InZone> {
    const played = this.played.playedBy(caller);
    const exit = this.exitFor(played, exitId);
    const target = this.atlas.zones.get(exit.to);
    if (!target) throw new AppError('NOT_FOUND', 'There is no such zone');
    const from = { zone: played.zone, standing: { ...played.motion } };
    try {
      await this.zones.leave(played);
      await this.arrive(played, target, exit.arrival);
    } catch (error) {
      await this.goBack(played, from.zone, from.standing);
      throw error;
    }
    return played.asSeenByItsPlayer();
  }

  /** Never rejects. One that was taken over or has left meanwhile is in no zone of this connection any more. */
  private async goBack(played: PlayedCharacter, zone: Zone, standing: Standing): Promise<void> {
    if (!this.played.has(played)) return;
    await this.zones.leave(played);
    await this.arrive(played, zone, standing).catch(() => this.selection.leave(played));
  }

  private exitFor({ zone, motion }: PlayedCharacter, exitId: string): Exit {
    const exit = zone.exits.find(({ id }) => id === exitId);
    if (!exit) throw new AppError('NOT_FOUND', 'This zone has no such exit');
    if (this.clock.now() < motion.heldUntil) throw new AppError('CONFLICT', 'The character cannot leave now');
    if (Math.hypot(exit.x - motion.x, exit.y - motion.y) > EXIT_REACH)
      throw new AppError('CONFLICT', 'The exit is too far away');
    return exit;
  }

  private async arrive(played: PlayedCharacter, zone: Zone, standing: Standing): Promise<void> {
    // Another connection may have taken over, or this one ended.
    if (!this.played.has(played)) throw new AppError('NO_CHARACTER', 'The character is played no more');
    played.arrive(zone, standing);
    await this.zones.enter(played);
    if (!this.played.has(played)) throw new AppError('NO_CHARACTER', 'The character is played no more');
    this.writer.note(played);
    await this.presence.setAttributes(played.accountId, { characterId: played.id, zone: zone.id });
  }
}
