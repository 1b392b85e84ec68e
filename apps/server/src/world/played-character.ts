/** A character that a connection of this node plays now. */
import type { InZone, MoveEncoding, ZonePlayer } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import { type Character, characterView, type Place } from '../characters';
import type { About } from './area/inhabitant';
import type { Viewer } from './area/viewer';
import { beginMotion, type Motion } from './movement-rules';
import type { Atlas } from './zones/atlas';
import type { Standing, Zone } from './zones/zone';

export class PlayedCharacter {
  zone: Zone;
  motion: Motion;
  /** The others of the zone see it. */
  present = false;
  /** It is among the positions that all nodes see. */
  stored = false;

  /** The form in which its player is told of moves. */
  encoding: MoveEncoding = 'json';
  /** Through which its player looks at the zone. */
  viewer: Viewer | null = null;
  /** Since the last tick. */
  hasWalked = false;

  constructor(
    private readonly atlas: Atlas,
    readonly caller: Caller,
    readonly character: Character,
    place: Place,
    /** When it was selected, in milliseconds since 1970: of two connections that play it, the later one keeps it. */
    readonly selectedAt: number,
  ) {
    this.continueFrom(place, selectedAt);
  }

  get id(): string {
    return this.character.id;
  }

  get place(): Place {
    const { x, y, facing, walkedUntil } = this.motion;
    return { zone: this.zone.id, x, y, facing, walkedUntil: Math.ceil(walkedUntil) };
  }

  /** Stands where it was left; sequence numbers begin anew. */
  continueFrom(place: Place, nowMs: number): void {
    this.zone = this.atlas.zoneOrStart(place.zone);
    // The zone may have been changed, or taken out of the world, since the character stood there.
    const stays = place.zone === this.zone.id && this.zone.ways.isFree(place);
    this.motion = beginMotion(stays ? place : { ...place, ...this.zone.spawn }, nowMs);
  }

  /** Stands in another zone from now on; sequence numbers and the time for walking go on. */
  arrive(zone: Zone, { x, y, facing }: Standing): void {
    this.zone = zone;
    this.motion = { ...this.motion, x, y, facing };
  }

  asSeenByItsPlayer(): InZone {
    return { character: characterView(this.character, this.place), speed: this.zone.speed, zone: this.zone.id };
  }

  asSeenByOthers(): ZonePlayer {
    const { x, y, facing } = this.motion;
    return { ...this.about, x, y, facing };
  }

  get about(): Extract<About, { name: string }> {
    const { id, name, class: characterClass, level } = this.character;
    return { id, name, class: characterClass, level };
  }
}
