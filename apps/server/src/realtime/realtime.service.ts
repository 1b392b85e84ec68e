/** The API for domains to reach players: the library's `RealtimeService` with the rooms of the game. */
import { Injectable } from '@nestjs/common';
import { type EventName, type EventPayload, RoomKind, roomName } from '@aeturnis/contracts';
import { type EmitOptions, RealtimeService as LibraryRealtimeService } from '@aeturnis/realtime';

@Injectable()
export class RealtimeService extends LibraryRealtimeService {
  emitToCharacter<Name extends EventName>(characterId: string, event: Name, payload: EventPayload<Name>): void {
    this.emitToRoom(roomName(RoomKind.Character, characterId), event, payload);
  }

  emitToZone<Name extends EventName>(
    zone: string,
    event: Name,
    payload: EventPayload<Name>,
    options?: Pick<EmitOptions, 'chargedTo'>,
  ): void {
    this.emitToRoom(roomName(RoomKind.Zone, zone), event, payload, options);
  }

  emitToCombat<Name extends EventName>(combatId: string, event: Name, payload: EventPayload<Name>): void {
    this.emitToRoom(roomName(RoomKind.Combat, combatId), event, payload);
  }

  emitToGuild<Name extends EventName>(guildId: string, event: Name, payload: EventPayload<Name>): void {
    this.emitToRoom(roomName(RoomKind.Guild, guildId), event, payload);
  }

  emitToParty<Name extends EventName>(partyId: string, event: Name, payload: EventPayload<Name>): void {
    this.emitToRoom(roomName(RoomKind.Party, partyId), event, payload);
  }

  emitToConversation<Name extends EventName>(conversationId: string, event: Name, payload: EventPayload<Name>): void {
    this.emitToRoom(roomName(RoomKind.Conversation, conversationId), event, payload);
  }

  /** The number of users in a zone, on all nodes. */
  async getZonePopulation(zone: string): Promise<number> {
    return (await this.membership.count(roomName(RoomKind.Zone, zone))).count;
  }
}
