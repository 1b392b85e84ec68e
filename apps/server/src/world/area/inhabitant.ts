/** A character or monster where it is seen, with what is told of it: encoded when it has moved, once for all who see it. */
import type { SeenMonster, SeenPlayer } from '@aeturnis/contracts';
import { MOVE_BYTES, writeMove } from './move-bytes';

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
  private text: string | null = null;
  private readonly bytes = Buffer.alloc(MOVE_BYTES);

  constructor(
    public about: About,
    readonly n: number,
  ) {}

  get id(): string {
    return this.about.id;
  }

  /** False where it stands there already. A hundredth of a unit is finer than anything that is drawn. */
  stand(spot: Spot): boolean {
    const [x, y, facing] = [rounded(spot.x), rounded(spot.y), rounded(spot.facing)];
    if (x === this.x && y === this.y && facing === this.facing) return false;
    [this.x, this.y, this.facing] = [x, y, facing];
    this.text = null;
    return true;
  }

  isToldIn(tick: number): boolean {
    const quiet = tick - this.movedAt;
    return quiet === 0 || (quiet > PATIENCE && quiet <= PATIENCE + REPEATS);
  }

  /** Its entry in `zone:moves`. */
  get move(): string {
    return (this.text ??= this.encode());
  }

  /** The same in binary form. */
  copyMove(target: Buffer, at: number): void {
    this.text ??= this.encode();
    this.bytes.copy(target, at);
  }

  /** As `zone:state` and `zone:view` show it. */
  get seen(): SeenPlayer | SeenMonster {
    const { about, n, x, y, facing } = this;
    return { ...about, n, x, y, facing };
  }

  private encode(): string {
    writeMove(this.bytes, 0, this);
    return `["${this.id}",${this.x},${this.y},${this.facing}]`;
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
