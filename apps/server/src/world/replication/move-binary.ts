/** The binary encoding of a move: 12 bytes, little-endian. docs/world.md shows clients how to decode it. */
import type { EntityMove } from '@aeturnis/contracts';

export const MOVE_BYTES = 12;

const FULL_TURN = 2 * Math.PI;
const FACING_STEPS = 65_536;

interface NumberedPose {
  readonly n: number;
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

export function encodeMove(target: Buffer, offset: number, { n, x, y, facing }: NumberedPose): void {
  target.writeUInt16LE(n, offset);
  target.writeUInt32LE(Math.round(x * 100), offset + 2);
  target.writeUInt32LE(Math.round(y * 100), offset + 6);
  target.writeUInt16LE(Math.round((facing / FULL_TURN) * FACING_STEPS) & (FACING_STEPS - 1), offset + 10);
}

type DecodedMove = [n: number, ...pose: EntityMove extends [string, ...infer Rest] ? Rest : never];

/** Decoded facings are from 0 up to, but not including, 2π. */
export function decodeMoves(bytes: Buffer): DecodedMove[] {
  return Array.from({ length: bytes.length / MOVE_BYTES }, (_, index) => {
    const offset = index * MOVE_BYTES;
    const facing = (bytes.readUInt16LE(offset + 10) / FACING_STEPS) * FULL_TURN;
    return [
      bytes.readUInt16LE(offset),
      bytes.readUInt32LE(offset + 2) / 100,
      bytes.readUInt32LE(offset + 6) / 100,
      facing,
    ];
  });
}
