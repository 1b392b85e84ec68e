/** A character or monster where it is seen, with what is told of it: encoded when it has moved, once for all who see it. */
import type { SeenMonster, SeenPlayer } from '@aeturnis/contracts';
import { writeMove } from './move-bytes';
import { MoveText } from './move-text';

type Unplaced<Seen> = Omit<Seen, 'n' | 'x' | 'y' | 'facing'>;
/** What does not change with every step. */
export type About = Unplaced<SeenPlayer> | Unplaced<SeenMonster>;

export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

/** For how many ticks it is told again where somebody stands who moves no more, for the last time may be lost. */
const REPEATS = 5;
/** Who was quiet for one tick has not stopped: its step came a little late. */
const PATIENCE = 1;

export class Inhabitant implements Spot {
  x = 0;
  y = 0;
  facing = 0;
  /** Where it is seen; null where it is not. */
  cell: number | null = null;
  /** The tick that it moved in. */
  movedAt = -Infinity;
  private readonly text: MoveText;
  private introduction: string | null = null;
  private who: { of: About; text: string } | null = null;

  constructor(
    public about: About,
    readonly n: number,
  ) {
    this.text = new MoveText(about.id);
  }

  get id(): string {
    return this.about.id;
  }

  /** False where it stands there already. A hundredth of a unit is finer than anything that is drawn. */
  stand(spot: Spot): boolean {
    const [x, y, facing] = [rounded(spot.x), rounded(spot.y), rounded(spot.facing)];
    if (x === this.x && y === this.y && facing === this.facing) return false;
    [this.x, this.y, this.facing] = [x, y, facing];
    this.introduction = null;
    return true;
  }

  isToldIn(tick: number): boolean {
    const quiet = tick - this.movedAt;
    return quiet === 0 || (quiet > PATIENCE && quiet <= PATIENCE + REPEATS);
  }

  /** Its entry in `zone:moves` takes at most so many bytes. */
  get moveTextBytes(): number {
    return this.text.bytes;
  }

  /** @returns where it ends. */
  writeMoveText(target: Buffer, at: number): number {
    return this.text.write(target, at, this);
  }

  /** The same in binary form. */
  writeMove(target: Buffer, at: number): void {
    writeMove(target, at, this);
  }

  /** As `zone:state` and `zone:view` show it. */
  get seen(): SeenPlayer | SeenMonster {
    const { about, n, x, y, facing } = this;
    return { ...about, n, x, y, facing };
  }

  /** The same, encoded. */
  get seenText(): string {
    if (this.who?.of !== this.about) this.introduction = null;
    return (this.introduction ??= this.introduce());
  }

  private introduce(): string {
    const { about, n, x, y, facing } = this;
    if (this.who?.of !== about) this.who = { of: about, text: JSON.stringify({ ...about, n }).slice(0, -1) };
    return `${this.who.text},"x":${x},"y":${y},"facing":${facing}}`;
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
