/** The moves of those who are in one cell, put together once a tick for all the areas that see the cell. */
import type { Inhabitant } from './inhabitant';
import { MOVE_BYTES } from './move-bytes';

const NOTHING = Buffer.alloc(0);
const COMMA = ','.charCodeAt(0);

/** What is put together is kept for the tick it is for. */
class Kept {
  private tick = -1;
  private content: Buffer | undefined;

  get(tick: number, make: () => Buffer): Buffer {
    if (this.tick !== tick || this.content === undefined) this.content = make();
    this.tick = tick;
    return this.content;
  }
}

export class CellMoves {
  private readonly texts = { changes: new Kept(), full: new Kept() };
  private readonly blocks = { changes: new Kept(), full: new Kept() };

  constructor(private readonly inhabitants: ReadonlySet<Inhabitant>) {}

  /** JSON, a comma after each entry: of all, or of those who are told in this tick. */
  text(tick: number, full: boolean): Buffer {
    if (this.inhabitants.size === 0) return NOTHING;
    return this.texts[full ? 'full' : 'changes'].get(tick, () => {
      let most = 0;
      for (const one of this.inhabitants) if (full || one.isToldIn(tick)) most += one.moveTextBytes + 1;
      const block = Buffer.allocUnsafe(most);
      let at = 0;
      for (const one of this.inhabitants) {
        if (!full && !one.isToldIn(tick)) continue;
        at = one.writeMoveText(block, at);
        block[at++] = COMMA;
      }
      return block.subarray(0, at);
    });
  }

  bytes(tick: number, full: boolean): Buffer {
    if (this.inhabitants.size === 0) return NOTHING;
    return this.blocks[full ? 'full' : 'changes'].get(tick, () => {
      const block = Buffer.allocUnsafe(this.inhabitants.size * MOVE_BYTES);
      let at = 0;
      for (const one of this.inhabitants) {
        if (!full && !one.isToldIn(tick)) continue;
        one.writeMove(block, at);
        at += MOVE_BYTES;
      }
      return block.subarray(0, at);
    });
  }
}
