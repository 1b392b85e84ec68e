/** A character played on this node, with its motion and its connection. It outlives the connection for the grace period. */
import type { ZoneEntryResult, MoveEncoding, ZonePlayer } from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import { type Character, characterView, type CharacterPosition, type VersionedPosition } from '../../characters';
import type { EntityProfile, Entity } from '../interest/entity';
import type { Viewer } from '../interest/viewer';
import { initialMotion, type MotionState } from '../movement/movement-rules';
import type { Atlas } from '../zones/atlas';
import type { Pose, Zone } from '../zones/zone';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export class PlayedCharacter {
  zone: Zone;
  /** It has entered its zone and is visible on this node. */
  isPresent = false;
  /** The status that its player has set, if any. */
  status: string | undefined = undefined;
  /** Its entry has been announced to the zone, or the zone knew it already. */
  isAnnounced = false;
  /** It is in the position store that all nodes share. */
  isStored = false;

  /** The encoding in which its connection receives moves. */
  encoding: MoveEncoding = 'json';
  /** Its last known entity, which saves a lookup per step; the entity's cell is null once it has left the zone. */
  entity: Entity | undefined = undefined;
  /** The viewer of its connection. */
  viewer: Viewer | null = null;
  /** It has walked since the last tick. */
  hasWalked = false;
  /** Its position is sent to the position store in the next round. */
  isSyncPending = false;
  /** Its position has not been written to the database yet. */
  isSavePending = false;
  /** One mutable object for the whole stay: a new object per step would be promoted to the old generation each time. */
  private readonly currentMotion: Mutable<MotionState>;
  /** How many times its position has changed in this stay. */
  private step = 0;

  constructor(
    private readonly atlas: Atlas,
    readonly caller: Caller,
    public character: Character,
    place: CharacterPosition,
    /** The number of this stay in the world: if two connections play the character, the higher number keeps it. */
    readonly stay: number,
    nowMs: number,
  ) {
    this.zone = this.atlas.zoneOrStart(place.zone);
    this.currentMotion = { ...this.motionFrom(place, nowMs) };
  }

  /** Mutated by each step: copy it to keep it. */
  get motion(): MotionState {
    return this.currentMotion;
  }

  get id(): string {
    return this.character.id;
  }

  get accountId(): string {
    return this.character.accountId;
  }

  get place(): CharacterPosition {
    const { x, y, facing, walkedUntil } = this.motion;
    return { zone: this.zone.id, x, y, facing, walkedUntil: Math.ceil(walkedUntil) };
  }

  get versionedPlace(): VersionedPosition {
    const { stay, step } = this;
    return { ...this.place, stay, step };
  }

  /** Continues at a stored position; sequence numbers start again. */
  resumeFrom(place: CharacterPosition, nowMs: number): void {
    this.zone = this.atlas.zoneOrStart(place.zone);
    this.entity = undefined;
    this.applyMotion(this.motionFrom(place, nowMs));
  }

  // Field by field: it runs for each step, and copying an object costs several times as much.
  applyMotion({
    x,
    y,
    facing,
    seq,
    heldUntil,
    walkedUntil,
    lastStepAt,
    earliestSentAt,
    burstEndsAt,
  }: MotionState): void {
    const { currentMotion } = this;
    this.step++;
    currentMotion.x = x;
    currentMotion.y = y;
    currentMotion.facing = facing;
    currentMotion.seq = seq;
    currentMotion.heldUntil = heldUntil;
    currentMotion.walkedUntil = walkedUntil;
    currentMotion.lastStepAt = lastStepAt;
    currentMotion.earliestSentAt = earliestSentAt;
    currentMotion.burstEndsAt = burstEndsAt;
  }

  private motionFrom(place: CharacterPosition, nowMs: number): MotionState {
    // The zone may have been changed or removed since the position was stored.
    const isStillValid = place.zone === this.zone.id && this.zone.pathfinder.isFree(place);
    return initialMotion(isStillValid ? place : { ...place, ...this.zone.spawn }, nowMs);
  }

  /** Moves to another zone; sequence numbers and the movement budget continue. */
  moveToZone(zone: Zone, { x, y, facing }: Pose): void {
    this.zone = zone;
    this.entity = undefined;
    this.applyMotion({ ...this.currentMotion, x, y, facing });
  }

  ownerView(): ZoneEntryResult {
    return { character: characterView(this.character, this.place), speed: this.zone.speed, zone: this.zone.id };
  }

  publicView(): ZonePlayer {
    const { x, y, facing } = this.motion;
    return { ...this.profile, x, y, facing };
  }

  get profile(): Extract<EntityProfile, { name: string }> {
    const { status } = this;
    const { id, name, class: characterClass, level } = this.character;
    return { id, name, class: characterClass, level, ...(status !== undefined && { status }) };
  }
}
