/** Moves in their two encodings: lists by id, or bytes by short id. */
import type { EntityMove } from '@aeturnis/contracts';

export interface Move {
  /** Whose move it is: by its id in the first encoding, by its short id in the second. */
  readonly id?: string;
  readonly n?: number;
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

/** Little-endian: short id (16 bits), x and y in hundredths (32 bits each), facing in 65,536ths of a turn (16 bits). */
const MOVE_BYTES = 12;

export function readMoves(moves: readonly EntityMove[] | ArrayBuffer | ArrayBufferView): Move[] {
  if (Array.isArray(moves)) return moves.map(([id, x, y, facing]: EntityMove) => ({ id, x, y, facing }));
  const bytes = moves as ArrayBuffer | ArrayBufferView;
  const view = ArrayBuffer.isView(bytes)
    ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new DataView(bytes);
  const decoded: Move[] = [];
  for (let at = 0; at + MOVE_BYTES <= view.byteLength; at += MOVE_BYTES)
    decoded.push({
      n: view.getUint16(at, true),
      x: view.getUint32(at + 2, true) / 100,
      y: view.getUint32(at + 6, true) / 100,
      facing: (view.getUint16(at + 10, true) * 2 * Math.PI) / 65_536,
    });
  return decoded;
}
