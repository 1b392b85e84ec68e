/** Encodes the moves of the entities in one cell, once per tick for all cells that see it. */
import type { Entity } from '../interest/entity';
import { MOVE_BYTES } from './move-binary';

const EMPTY = Buffer.alloc(0);
const COMMA = ','.charCodeAt(0);

/** Caches a buffer for one tick. */
class TickBuffer {
  private tick = -1;
  private buffer: Buffer | undefined;

  get(tick: number, build: () => Buffer): Buffer {
    if (this.tick !== tick || this.buffer === undefined) this.buffer = build();
    this.tick = tick;
    return this.buffer;
  }
}

export class CellMoveEncoder {
  private readonly jsonBuffers = { changes: new TickBuffer(), full: new TickBuffer() };
  private readonly binaryBuffers = { changes: new TickBuffer(), full: new TickBuffer() };

  constructor(private readonly entities: ReadonlySet<Entity>) {}

  /** JSON with a comma after each entry: all entities (`isFull`), or those that are sent in this tick. */
  encodeJson(tick: number, isFull: boolean): Buffer {
    if (this.entities.size === 0) return EMPTY;
    return this.jsonBuffers[isFull ? 'full' : 'changes'].get(tick, () => {
      let maxBytes = 0;
      for (const entity of this.entities) if (isFull || entity.isSentIn(tick)) maxBytes += entity.maxMoveJsonBytes + 1;
      const target = Buffer.allocUnsafe(maxBytes);
      let offset = 0;
      for (const entity of this.entities) {
        if (!isFull && !entity.isSentIn(tick)) continue;
        offset = entity.writeMoveJson(target, offset);
        target[offset++] = COMMA;
      }
      return target.subarray(0, offset);
    });
  }

  encodeBinary(tick: number, isFull: boolean): Buffer {
    if (this.entities.size === 0) return EMPTY;
    return this.binaryBuffers[isFull ? 'full' : 'changes'].get(tick, () => {
      const target = Buffer.allocUnsafe(this.entities.size * MOVE_BYTES);
      let offset = 0;
      for (const entity of this.entities) {
        if (!isFull && !entity.isSentIn(tick)) continue;
        entity.writeMoveBinary(target, offset);
        offset += MOVE_BYTES;
      }
      return target.subarray(0, offset);
    });
  }
}
