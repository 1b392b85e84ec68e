/** Who sees whom in a zone: coming, going, and the picture a newcomer gets. */
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, RoomKind, roomName } from '@aeturnis/contracts';
import { RoomService } from '@aeturnis/realtime';
import { cleanUp } from './clean-up';
import { Neighbours } from './neighbours';
import type { PlayedCharacter } from './played-character';
import { PlayedCharacters } from './played-characters';
import { PositionSharing } from './position-sharing';
import { Surroundings } from './surroundings';
import { SupersededError } from './takeover';
import { ZonePositions } from './zone-positions';
import { Atlas } from './zones/atlas';
import type { Zone } from './zones/zone';

const CAPACITY = 5_000;

@Injectable()
export class ZoneMembers implements OnModuleInit {
  private readonly logger = new Logger(ZoneMembers.name);

  constructor(
    private readonly atlas: Atlas,
    private readonly rooms: RoomService,
    private readonly played: PlayedCharacters,
    private readonly positions: ZonePositions,
    private readonly sharing: PositionSharing,
    private readonly surroundings: Surroundings,
    private readonly neighbours: Neighbours,
  ) {}

  onModuleInit(): void {
    this.rooms.define(RoomKind.Zone, {
      access: ({ socketId }, zone) => this.played.ofSocket(socketId)?.zone.id === zone,
      capacity: CAPACITY,
    });
    this.rooms.onVacated(RoomKind.Character, (characterId) => void this.vacated(characterId));
  }

  /**
   * Puts a character among the others and shows it who is there. The positions of the zone decide, in one step with the
   * entry, whether the others see it already; `seen` where that is known without asking: they are not told again.
   * @throws AppError ROOM_FULL; SupersededError where a later stay has entered on another node, and this one is lost.
   */
  async enter(played: PlayedCharacter, seen = false): Promise<void> {
    const { caller, zone } = played;
    // In this order nobody is missed: who comes after us finds us stored, who came before us hears of us.
    await this.rooms.join(caller, roomOf(zone));
    if (!this.played.has(played)) {
      // Whoever ended the stay meanwhile did not know of the room; the next character of the connection may be in it.
      if (this.played.ofSocket(caller.socketId)?.zone !== zone) await this.rooms.leave(caller, roomOf(zone));
      return;
    }
    played.present = true;
    this.neighbours.arrived(zone.id, played.id);
    this.surroundings.appear(played);
    played.announced = seen;
    // Of an earlier stay whose end the store does not know yet: it would take the character for one that the others see.
    const wasToldLeft = this.sharing.cancelLeave(zone.id, played.id);
    const entry = await this.positions.enter(zone.id, [played]).catch(() => null);
    const isHere = this.played.has(played);
    if (isHere) played.stored = entry !== null;
    // Another connection that has taken over meanwhile has found the character in the zone, and relies on this one to
    // announce it; where the positions cannot be asked it announces the character itself.
    const isKnown = seen || (entry === null ? !isHere : entry.known.length + entry.taken.length > 0);
    if (wasToldLeft || !isKnown) {
      const { socketId: except } = (this.played.get(played.id) ?? played).caller;
      const options = { except, chargedTo: caller.principal.userId };
      this.rooms.broadcast(roomOf(zone), 'zone:player_joined', joined(played, zone), options);
    }
    if (!isHere) return;
    if (entry && entry.taken.length > 0) {
      this.sharing.lose(played);
      throw new SupersededError();
    }
    played.announced = true;
    await this.show(played);
  }

  /**
   * Tells those who see the character in another zone than the one it continues in that it has left: where its node died it
   * may have stood there a moment before, and nobody has told that it is gone.
   */
  async leaveOthers({ id, zone }: PlayedCharacter): Promise<void> {
    const others = [...this.atlas.zones.values()].filter((other) => other !== zone);
    await Promise.all(others.map((other) => this.forget(other, id)));
  }

  /** Shows the connection of this character what is around it. */
  async show(played: PlayedCharacter): Promise<void> {
    const { zone } = played;
    // Others of whom this node has not heard yet may have been acknowledged before.
    if (this.positions.shared) this.neighbours.fill(zone.id, await this.positions.snapshot(zone.id).catch(() => []));
    if (this.played.has(played) && played.present && played.zone === zone) this.surroundings.show(played);
  }

  /** Characters in a zone, on all nodes; on this one alone while Redis is away. @throws AppError NOT_FOUND. */
  async population(zone: string): Promise<{ zone: string; population: number }> {
    if (!this.atlas.zones.has(zone)) throw new AppError('NOT_FOUND', 'There is no such zone');
    const population = await this.positions.count(zone).catch(() => this.played.presentIn(zone).length);
    return { zone, population };
  }

  /** Takes a character that is played no more from among the others. Never rejects. */
  async leave(played: PlayedCharacter): Promise<void> {
    const { caller, zone, id, present, stored } = played;
    // Whatever is found out meanwhile is not about this stay.
    [played.present, played.announced, played.stored] = [false, false, false];
    // Whoever ends the stay in the store tells it; what the store cannot say is told: better twice than never.
    let ended = true;
    await cleanUp(this.logger, 'a character that has left its zone', [
      () => this.release(played),
      () => this.neighbours.left(zone.id, id),
      async () => void (ended = await this.leaveStore(zone, id)),
      () => {
        if (present && (ended || !stored)) this.tellLeft(zone, id, caller.socketId);
      },
      () => this.rooms.leave(caller, roomOf(zone)),
    ]);
  }

  private async leaveStore(zone: Zone, id: string): Promise<boolean> {
    try {
      return await this.positions.leave(zone.id, id);
    } catch {
      this.sharing.leaveLater(zone.id, id);
      return true;
    }
  }

  /** The connection gives up a character that another one goes on with: the others see no difference. */
  async handOver(played: PlayedCharacter): Promise<void> {
    await cleanUp(this.logger, 'a character that was handed over', [
      () => this.release(played),
      () => this.neighbours.handedOver(played.zone.id, played.id),
      () => this.rooms.leave(played.caller, roomOf(played.zone)),
    ]);
  }

  /** The last connection of a character is gone; where its node died, nobody has told it yet. */
  private async vacated(characterId: string): Promise<void> {
    const { count } = await this.rooms.count(roomName(RoomKind.Character, characterId));
    if (count > 0 || this.played.get(characterId)) return;
    for (const zone of this.atlas.zones.values()) await this.forget(zone, characterId);
  }

  private async forget(zone: Zone, id: string): Promise<void> {
    if (!(await this.positions.forget(zone.id, id).catch(() => false))) return;
    this.tellLeft(zone, id);
    this.neighbours.vacated(zone.id, id);
  }

  private release(played: PlayedCharacter): void {
    this.surroundings.lookAway(played);
    this.sharing.forget(played);
  }

  private tellLeft(zone: Zone, id: string, except?: string): void {
    this.rooms.broadcast(
      roomOf(zone),
      'zone:player_left',
      { zone: zone.id, id },
      except === undefined ? {} : { except },
    );
  }
}

const roomOf = (zone: Zone): string => roomName(RoomKind.Zone, zone.id);

function joined(played: PlayedCharacter, zone: Zone) {
  return { zone: zone.id, player: played.asSeenByOthers() };
}
