/** A character that a connection of this node plays now. */
import type { InZone, MoveEncoding, ZonePlayer } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import { type Character, characterView, type Place, type VersionedPlace } from '../characters';
import type { About, Inhabitant } from './area/inhabitant';
import type { Viewer } from './area/viewer';
import { beginMotion, type Motion } from './movement-rules';
import type { Atlas } from './zones/atlas';
import type { Standing, Zone } from './zones/zone';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export class PlayedCharacter {
  zone: Zone;
  /** The others of the zone see it. */
  present = false;
  /** What it is up to, where its player has said so. */
  status: string | undefined = undefined;
  /** The others of its zone have been told that it has come, or knew it already. */
  announced = false;
  /** It is among the positions that all nodes see. */
  stored = false;

  /** The form in which its player is told of moves. */
  encoding: MoveEncoding = 'json';
  /** Where it was last seen, so that it need not be looked for with every step; in no cell once it has gone from there. */
  inhabitant: Inhabitant | undefined = undefined;
  /** Through which its player looks at the zone. */
  viewer: Viewer | null = null;
  /** Since the last tick. */
  hasWalked = false;
  /** With the other nodes, in the next round. */
  isToBeShared = false;
  /** It is among those whose places the database does not have. */
  isToBeSaved = false;
  /** One for the whole stay: what lives from one step to the next would be moved among the old objects, step by step. */
  private readonly current: Mutable<Motion>;
  /** How often its place has changed in this stay. */
  private step = 0;

  constructor(
    private readonly atlas: Atlas,
    readonly caller: Caller,
    public character: Character,
    place: Place,
    /** The number of this stay in the world: of two connections that play the character, the one with the higher keeps it. */
    readonly stay: number,
    nowMs: number,
  ) {
    this.zone = this.atlas.zoneOrStart(place.zone);
    this.current = { ...this.motionFrom(place, nowMs) };
  }

  /** Changes with every step: who keeps it makes a copy. */
  get motion(): Motion {
    return this.current;
  }

  get id(): string {
    return this.character.id;
  }

  get accountId(): string {
    return this.character.accountId;
  }

  get place(): Place {
    const { x, y, facing, walkedUntil } = this.motion;
    return { zone: this.zone.id, x, y, facing, walkedUntil: Math.ceil(walkedUntil) };
  }

  get versionedPlace(): VersionedPlace {
    const { stay, step } = this;
    return { ...this.place, stay, step };
  }

  /** Stands where it was left; sequence numbers begin anew. */
  continueFrom(place: Place, nowMs: number): void {
    this.zone = this.atlas.zoneOrStart(place.zone);
    this.inhabitant = undefined;
    this.walk(this.motionFrom(place, nowMs));
  }

  // Field by field: it is done for every step.
  walk({ x, y, facing, seq, heldUntil, walkedUntil, heardAt, provenAt, burstEndsAt }: Motion): void {
    const { current } = this;
    this.step++;
    current.x = x;
    current.y = y;
    current.facing = facing;
    current.seq = seq;
    current.heldUntil = heldUntil;
    current.walkedUntil = walkedUntil;
    current.heardAt = heardAt;
    current.provenAt = provenAt;
    current.burstEndsAt = burstEndsAt;
  }

  private motionFrom(place: Place, nowMs: number): Motion {
    // The zone may have been changed, or taken out of the world, since the character stood there.
    const stays = place.zone === this.zone.id && this.zone.ways.isFree(place);
    return beginMotion(stays ? place : { ...place, ...this.zone.spawn }, nowMs);
  }

  /** Stands in another zone from now on; sequence numbers and the time for walking go on. */
  arrive(zone: Zone, { x, y, facing }: Standing): void {
    this.zone = zone;
    this.inhabitant = undefined;
    this.walk({ ...this.current, x, y, facing });
  }

  asSeenByItsPlayer(): InZone {
    return { character: characterView(this.character, this.place), speed: this.zone.speed, zone: this.zone.id };
  }

  asSeenByOthers(): ZonePlayer {
    const { x, y, facing } = this.motion;
    return { ...this.about, x, y, facing };
  }

  get about(): Extract<About, { name: string }> {
    const { status } = this;
    const { id, name, class: characterClass, level } = this.character;
    return { id, name, class: characterClass, level, ...(status !== undefined && { status }) };
  }
}
