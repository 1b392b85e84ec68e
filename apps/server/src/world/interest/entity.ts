/** A character or monster in the zone, with its encoded events: encoded after it has moved, once for all viewers. */
import type { SeenMonster, SeenPlayer } from '@aeturnis/contracts';
import { encodeMove } from '../replication/move-binary';
import { PoseSeparators, PoseTemplate } from '../replication/pose-template';

type WithoutPose<Seen> = Omit<Seen, 'n' | 'x' | 'y' | 'facing'>;
/** The fields that do not change with each step. */
export type EntityProfile = WithoutPose<SeenPlayer> | WithoutPose<SeenMonster>;

export interface EntityPose {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

const MOVE_SEPARATORS = new PoseSeparators(',', ',', ']');
const INTRODUCTION_SEPARATORS = new PoseSeparators(',"y":', ',"facing":', '}');

/** For how many ticks the position of an entity that has stopped is repeated: the packet of its last step may be lost. */
const STOP_REPEATS = 5;
/** An entity without a step for one tick has not stopped: its step may be a little late. */
const STOP_DELAY_TICKS = 1;

export class Entity implements EntityPose {
  x = 0;
  y = 0;
  facing = 0;
  /** The cell in which it is visible; null once it has left the zone. */
  cell: number | null = null;
  /** The tick of its last move. */
  movedAtTick = -Infinity;
  /** The last pass over visibility changes that included it; see `VisibilityChanges.take`. */
  lastChangePass = 0;
  private readonly moveTemplate: PoseTemplate;
  private introductionCache: { profile: EntityProfile; template: PoseTemplate } | null = null;

  constructor(
    public profile: EntityProfile,
    readonly n: number,
  ) {
    this.moveTemplate = new PoseTemplate(`[${JSON.stringify(profile.id)},`, MOVE_SEPARATORS);
  }

  get id(): string {
    return this.profile.id;
  }

  /** False when the pose is unchanged. Rounds to hundredths of a unit, which is finer than clients draw. */
  setPose(pose: EntityPose): boolean {
    const [x, y, facing] = [roundToHundredths(pose.x), roundToHundredths(pose.y), roundToHundredths(pose.facing)];
    if (x === this.x && y === this.y && facing === this.facing) return false;
    [this.x, this.y, this.facing] = [x, y, facing];
    return true;
  }

  /** Whether the moves of this tick include it: it has moved, or it has stopped and its position is repeated. */
  isSentIn(tick: number): boolean {
    const ticksSinceMove = tick - this.movedAtTick;
    return (
      ticksSinceMove === 0 || (ticksSinceMove > STOP_DELAY_TICKS && ticksSinceMove <= STOP_DELAY_TICKS + STOP_REPEATS)
    );
  }

  /** Upper bound for the bytes of its JSON entry in `zone:moves`. */
  get maxMoveJsonBytes(): number {
    return this.moveTemplate.maxBytes;
  }

  /** @returns the offset after the entry. */
  writeMoveJson(target: Buffer, offset: number): number {
    return this.moveTemplate.write(target, offset, this);
  }

  writeMoveBinary(target: Buffer, offset: number): void {
    encodeMove(target, offset, this);
  }

  /** Its entry in `zone:state` and `zone:view`. */
  get view(): SeenPlayer | SeenMonster {
    const { profile, n, x, y, facing } = this;
    return { ...profile, n, x, y, facing };
  }

  /** Upper bound for the bytes of `view` as JSON. */
  get maxIntroductionBytes(): number {
    return this.introductionTemplate.maxBytes;
  }

  /** @returns the offset after the entry. */
  writeIntroduction(target: Buffer, offset: number): number {
    return this.introductionTemplate.write(target, offset, this);
  }

  private get introductionTemplate(): PoseTemplate {
    const { profile, n } = this;
    if (this.introductionCache?.profile !== profile) {
      const prefix = JSON.stringify({ ...profile, n }).slice(0, -1);
      this.introductionCache = {
        profile,
        template: new PoseTemplate(`${prefix},"x":`, INTRODUCTION_SEPARATORS),
      };
    }
    return this.introductionCache.template;
  }
}

const roundToHundredths = (value: number): number => Math.round(value * 100) / 100;
