/** A move in binary form: 12 bytes, little-endian. docs/world.md tells clients how to read it. */
import type { Move } from '@aeturnis/contracts';

export const MOVE_BYTES = 12;

const TURN = 2 * Math.PI;
const FACINGS = 65_536;

interface Numbered {
  readonly n: number;
  readonly x: number;
  readonly y: number;
  readonly facing: number;
}

export function writeMove(target: Buffer, at: number, { n, x, y, facing }: Numbered): void {
  target.writeUInt16LE(n, at);
  target.writeUInt32LE(Math.round(x * 100), at + 2);
  target.writeUInt32LE(Math.round(y * 100), at + 6);
  target.writeUInt16LE(Math.round((facing / TURN) * FACINGS) & (FACINGS - 1), at + 10);
}

export type NumberedMove = [n: number, ...where: Move extends [string, ...infer Rest] ? Rest : never];

/** Facings come back as 0 up to a whole turn. */
export function readMoves(bytes: Buffer): NumberedMove[] {
  return Array.from({ length: bytes.length / MOVE_BYTES }, (_, index) => {
    const at = index * MOVE_BYTES;
    const facing = (bytes.readUInt16LE(at + 10) / FACINGS) * TURN;
    return [bytes.readUInt16LE(at), bytes.readUInt32LE(at + 2) / 100, bytes.readUInt32LE(at + 6) / 100, facing];
  });
}
