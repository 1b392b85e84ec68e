/** Membership of characters in zones: entering, leaving, the announcements of both, and the first view of an entrant. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, RoomKind, roomName } from '@aeturnis/contracts';
import { RoomService } from '@aeturnis/realtime';
import { cleanUp } from './clean-up';
import { ZoneReplication } from './replication/zone-replication';
import type { PlayedCharacter } from './played-characters/played-character';
import { ClaimSupersededError, PlayedCharacters } from './played-characters/played-characters';
import { PositionSync } from './positions/position-sync';
import { InterestManager } from './interest/interest-manager';
import { ZonePositions } from './positions/zone-positions';
import { Atlas } from './zones/atlas';
import type { Zone } from './zones/zone';

const CAPACITY = 5_000;

@Injectable()
export class ZoneMembership implements OnModuleInit {
  private readonly logger = new Logger(ZoneMembership.name);

  constructor(
    private readonly atlas: Atlas,
    private readonly rooms: RoomService,
    private readonly played: PlayedCharacters,
    private readonly positions: ZonePositions,
    private readonly positionSync: PositionSync,
    private readonly interest: InterestManager,
    private readonly replication: ZoneReplication,
  ) {}

  onModuleInit(): void {
    this.rooms.define(RoomKind.Zone, {
      canEnter: ({ socketId }, zone) => this.played.findBySocket(socketId)?.zone.id === zone,
      capacity: CAPACITY,
    });
    this.rooms.onVacated(RoomKind.Character, (characterId) => void this.onCharacterVacated(characterId));
  }

  /**
   * Enters a character into its zone and sends it the zone's state. The position store decides, atomically with the entry,
   * whether the zone knows the character already; then its entry is not announced again. `isAlreadyVisible`: known to be so.
   * @throws AppError ROOM_FULL; ClaimSupersededError if a later stay has entered on another node, and this one has ended.
   */
  async enter(played: PlayedCharacter, isAlreadyVisible = false): Promise<void> {
    const { caller, zone } = played;
    // Room before store, so that no player is missed: later entrants find this one stored, earlier ones get its broadcast.
    await this.rooms.join(caller, zoneRoomOf(zone));
    if (!this.played.has(played)) {
      // The stay ended during the join, so its end did not leave this room. The connection's next character may be in it.
      if (this.played.findBySocket(caller.socketId)?.zone !== zone) await this.rooms.leave(caller, zoneRoomOf(zone));
      return;
    }
    played.isPresent = true;
    this.replication.addOwnCharacter(zone.id, played.id);
    this.interest.showCharacter(played);
    played.isAnnounced = isAlreadyVisible;
    // If the store still lists an earlier stay, it reports the character as known although its leave was broadcast.
    const wasLeavePending = this.positionSync.cancelPendingLeave(zone.id, played.id);
    const entry = await this.positions.enter(zone.id, [played]).catch(() => null);
    const isStillPlayed = this.played.has(played);
    if (isStillPlayed) played.isStored = entry !== null;
    // A connection that took over during the entry has found the character in the zone and relies on this call to announce
    // it. If the store is unavailable, that connection announces the character itself.
    const isKnown = isAlreadyVisible || (entry === null ? !isStillPlayed : entry.known.length + entry.taken.length > 0);
    if (wasLeavePending || !isKnown) {
      const { socketId: except } = (this.played.get(played.id) ?? played).caller;
      const options = { except, chargedTo: caller.principal.userId };
      const payload = { zone: zone.id, player: played.publicView() };
      this.rooms.broadcast(zoneRoomOf(zone), 'zone:player_joined', payload, options);
    }
    if (!isStillPlayed) return;
    if (entry && entry.taken.length > 0) {
      this.positionSync.reportTakenOver(played);
      throw new ClaimSupersededError();
    }
    played.isAnnounced = true;
    await this.sendZoneState(played);
  }

  /**
   * Evicts the character from all zones but its own, and broadcasts its leave there: if its previous node died, it may still
   * be listed in another zone, and its leave was never sent.
   */
  async leaveOtherZones({ id, zone }: PlayedCharacter): Promise<void> {
    const otherZones = [...this.atlas.zones.values()].filter((other) => other !== zone);
    await Promise.all(otherZones.map((other) => this.evictFromZone(other, id)));
  }

  /** Sends `zone:state` to the connection of this character. */
  async sendZoneState(played: PlayedCharacter): Promise<void> {
    const { zone } = played;
    // Other nodes may have acknowledged entries that have not been replicated to this node yet.
    if (this.positions.isShared)
      this.replication.addStoredPlayers(zone.id, await this.positions.snapshot(zone.id).catch(() => []));
    if (this.played.has(played) && played.isPresent && played.zone === zone) this.interest.startViewing(played);
  }

  /** The number of characters in a zone on all nodes; on this node alone while Redis is down. @throws AppError NOT_FOUND. */
  async population(zone: string): Promise<{ zone: string; population: number }> {
    if (!this.atlas.zones.has(zone)) throw new AppError('NOT_FOUND', 'There is no such zone');
    const population = await this.positions.count(zone).catch(() => this.played.presentIn(zone).length);
    return { zone, population };
  }

  /** Removes a character from its zone after its stay has ended. Never rejects. */
  async leave(played: PlayedCharacter): Promise<void> {
    const { caller, zone, id, isPresent: wasPresent, isStored: wasStored } = played;
    // Reset first: results that arrive during the clean-up must not apply to this stay.
    [played.isPresent, played.isAnnounced, played.isStored] = [false, false, false];
    // The call that ends the stay in the store broadcasts the leave; without the store each does, as duplicates do no harm.
    let hasEndedStay = true;
    await cleanUp(this.logger, 'zone leave', [
      () => this.stopTracking(played),
      () => this.replication.removeOwnCharacter(zone.id, id),
      async () => void (hasEndedStay = await this.leavePositions(zone, id)),
      () => {
        if (wasPresent && (hasEndedStay || !wasStored)) this.broadcastLeft(zone, id, caller.socketId);
      },
      () => this.rooms.leave(caller, zoneRoomOf(zone)),
    ]);
  }

  private async leavePositions(zone: Zone, id: string): Promise<boolean> {
    try {
      return await this.positions.leave(zone.id, id);
    } catch {
      this.positionSync.addPendingLeave(zone.id, id);
      return true;
    }
  }

  /** Releases a character that another connection has taken over; the zone sees no change. */
  async handOver(played: PlayedCharacter): Promise<void> {
    await cleanUp(this.logger, 'character handover', [
      () => this.stopTracking(played),
      () => this.replication.markHandedOver(played.zone.id, played.id),
      () => this.rooms.leave(played.caller, zoneRoomOf(played.zone)),
    ]);
  }

  /** The last connection of a character has closed. If its node died, its leave has not been broadcast yet. */
  private async onCharacterVacated(characterId: string): Promise<void> {
    const { count } = await this.rooms.count(roomName(RoomKind.Character, characterId));
    if (count > 0 || this.played.get(characterId)) return;
    for (const zone of this.atlas.zones.values()) await this.evictFromZone(zone, characterId);
  }

  private async evictFromZone(zone: Zone, id: string): Promise<void> {
    if (!(await this.positions.evict(zone.id, id).catch(() => false))) return;
    this.replication.publishVacated(zone.id, id);
    this.broadcastLeft(zone, id);
  }

  private stopTracking(played: PlayedCharacter): void {
    this.interest.stopViewing(played);
    this.positionSync.unmarkChanged(played);
  }

  private broadcastLeft(zone: Zone, id: string, except?: string): void {
    const options = except === undefined ? {} : { except };
    this.rooms.broadcast(zoneRoomOf(zone), 'zone:player_left', { zone: zone.id, id }, options);
  }
}

const zoneRoomOf = (zone: Zone): string => roomName(RoomKind.Zone, zone.id);
