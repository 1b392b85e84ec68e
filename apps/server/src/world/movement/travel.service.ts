/** Moves a character through an exit into another zone. */
import { Injectable } from '@nestjs/common';
import { AppError, type ZoneEntryResult, type ZoneEnterDto } from '@aeturnis/contracts';
import { type Caller, Clock, Presence } from '@aeturnis/realtime';
import { CharacterDeparture } from '../played-characters/character-departure';
import type { PlayedCharacter } from '../played-characters/played-character';
import { PlayedCharacters } from '../played-characters/played-characters';
import { PositionWriter } from '../positions/position-writer';
import { ZoneMembership } from '../zone-membership';
import { Atlas } from '../zones/atlas';
import type { ZoneExit, Pose, Zone } from '../zones/zone';

/** Units from an exit within which a character may use it: its client is a few steps ahead of the server. */
const EXIT_REACH = 3;

@Injectable()
export class TravelService {
  constructor(
    private readonly atlas: Atlas,
    private readonly played: PlayedCharacters,
    private readonly membership: ZoneMembership,
    private readonly departure: CharacterDeparture,
    private readonly writer: PositionWriter,
    private readonly presence: Presence,
    private readonly clock: Clock,
  ) {}

  /**
   * The leave is broadcast to the old zone before the entry is broadcast to the new one; the caller receives `zone:state`
   * before the ack. Moves wait until then, since commands of a connection run in order.
   * @throws AppError NO_CHARACTER, NOT_FOUND for an exit that this zone does not have, CONFLICT for one out of reach or
   * while the character is held, ROOM_FULL; the character returns to its old position. If that fails too, it leaves the world.
   */
  async enter(caller: Caller, { exitId }: ZoneEnterDto): Promise<ZoneEntryResult> {
    const played = this.played.requirePresent(caller);
    const exit = this.exitFor(played, exitId);
    const target = this.atlas.zones.get(exit.to);
    if (!target) throw new AppError('NOT_FOUND', 'There is no such zone');
    const origin = { zone: played.zone, pose: { ...played.motion } };
    try {
      await this.membership.leave(played);
      await this.enterZone(played, target, exit.arrival);
    } catch (error) {
      await this.returnToZone(played, origin.zone, origin.pose);
      throw error;
    }
    return played.ownerView();
  }

  /** Never rejects. Does nothing for a character that was taken over or has left during the travel. */
  private async returnToZone(played: PlayedCharacter, zone: Zone, pose: Pose): Promise<void> {
    if (!this.played.has(played)) return;
    await this.membership.leave(played);
    await this.enterZone(played, zone, pose).catch(() => this.departure.leave(played));
  }

  private exitFor({ zone, motion }: PlayedCharacter, exitId: string): ZoneExit {
    const exit = zone.exits.find(({ id }) => id === exitId);
    if (!exit) throw new AppError('NOT_FOUND', 'This zone has no such exit');
    if (this.clock.now() < motion.heldUntil)
      throw new AppError('CONFLICT', 'The character cannot leave now, because it fights or is stunned');
    if (Math.hypot(exit.x - motion.x, exit.y - motion.y) > EXIT_REACH)
      throw new AppError('CONFLICT', 'The exit is out of reach; walk closer to it');
    return exit;
  }

  private async enterZone(played: PlayedCharacter, zone: Zone, pose: Pose): Promise<void> {
    // Another connection may have taken over, or this one may have closed.
    if (!this.played.has(played)) throw new AppError('NO_CHARACTER', 'The character has left the world');
    played.moveToZone(zone, pose);
    await this.membership.enter(played);
    if (!this.played.has(played)) throw new AppError('NO_CHARACTER', 'The character has left the world');
    this.writer.markUnsaved(played);
    await this.presence.setAttributes(played.accountId, { characterId: played.id, zone: zone.id });
  }
}
