/** A character or monster where it is seen, with what is told of it: encoded when it has moved, once for all who see it. */
import type { SeenMonster, SeenPlayer } from '@aeturnis/contracts';
import { writeMove } from './move-bytes';
import { Form, PlacedText } from './placed-text';

type Unplaced<Seen> = Omit<Seen, 'n' | 'x' | 'y' | 'facing'>;
/** What does not change with every step. */
export type About = Unplaced<SeenPlayer> | Unplaced<SeenMonster>;

export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

const MOVE = new Form(',', ',', ']');
const INTRODUCTION = new Form(',"y":', ',"facing":', '}');

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
  /** The telling of a view's news that it was told of in. */
  toldIn = 0;
  private readonly moveText: PlacedText;
  private introduction: { of: About; text: PlacedText } | null = null;

  constructor(
    public about: About,
    readonly n: number,
  ) {
    this.moveText = new PlacedText(`[${JSON.stringify(about.id)},`, MOVE);
  }

  get id(): string {
    return this.about.id;
  }

  /** False where it stands there already. A hundredth of a unit is finer than anything that is drawn. */
  stand(spot: Spot): boolean {
    const [x, y, facing] = [rounded(spot.x), rounded(spot.y), rounded(spot.facing)];
    if (x === this.x && y === this.y && facing === this.facing) return false;
    [this.x, this.y, this.facing] = [x, y, facing];
    return true;
  }

  isToldIn(tick: number): boolean {
    const quiet = tick - this.movedAt;
    return quiet === 0 || (quiet > PATIENCE && quiet <= PATIENCE + REPEATS);
  }

  /** Its entry in `zone:moves` takes at most so many bytes. */
  get moveTextBytes(): number {
    return this.moveText.bytes;
  }

  /** @returns where it ends. */
  writeMoveText(target: Buffer, at: number): number {
    return this.moveText.write(target, at, this);
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

  /** The same as JSON takes at most so many bytes. */
  get introductionBytes(): number {
    return this.introductionText.bytes;
  }

  /** @returns where it ends. */
  writeIntroduction(target: Buffer, at: number): number {
    return this.introductionText.write(target, at, this);
  }

  private get introductionText(): PlacedText {
    const { about, n } = this;
    if (this.introduction?.of !== about) {
      const who = JSON.stringify({ ...about, n }).slice(0, -1);
      this.introduction = { of: about, text: new PlacedText(`${who},"x":`, INTRODUCTION) };
    }
    return this.introduction.text;
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
