/** The moves of those who are in one cell, put together once a tick for all the areas that see the cell. */
import type { Inhabitant } from './inhabitant';
import { MOVE_BYTES } from './move-bytes';

const NOTHING = Buffer.alloc(0);

/** What is put together is kept for the tick it is for. */
class Kept<Content> {
  private tick = -1;
  private content: Content | undefined;

  get(tick: number, make: () => Content): Content {
    if (this.tick !== tick || this.content === undefined) this.content = make();
    this.tick = tick;
    return this.content;
  }
}

export class CellMoves {
  private readonly texts = { changes: new Kept<string>(), full: new Kept<string>() };
  private readonly blocks = { changes: new Kept<Buffer>(), full: new Kept<Buffer>() };

  constructor(private readonly inhabitants: ReadonlySet<Inhabitant>) {}

  /** Entries with commas between them: of all, or of those who are told in this tick. */
  text(tick: number, full: boolean): string {
    if (this.inhabitants.size === 0) return '';
    return this.texts[full ? 'full' : 'changes'].get(tick, () => {
      const moves: string[] = [];
      for (const one of this.inhabitants) if (full || one.isToldIn(tick)) moves.push(one.move);
      // Joined at once: a text that was added to piece by piece is put together anew by each area that it is part of.
      return moves.join();
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
