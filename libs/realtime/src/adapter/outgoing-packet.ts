/** A packet of Socket.IO, encoded once for all who get it. */
import { frameOf, type Part } from './frame';

export type Parts = readonly (string | Buffer)[];

/** What Socket.IO and the engine are told of a packet. The same object goes with it to every receiver. */
export interface PacketOptions {
  readonly preEncoded?: boolean;
  readonly volatile?: boolean | undefined;
  /** May wait a little for something else to be written with it. */
  readonly unhurried?: boolean;
  /** The frame of a text without attachments, in one piece or several, for whom the engine writes to. */
  wsPreEncodedFrame?: readonly Buffer[];
  /** All its frames, once they were needed. */
  frames?: readonly Buffer[];
}

export interface EncodedPacket {
  /** Its text, and its attachments if it has any. */
  readonly parts: Parts;
  readonly options: PacketOptions;
}

export const encodedPacket = (parts: Parts, unhurried: boolean): EncodedPacket => ({
  parts,
  options: { preEncoded: true, unhurried },
});

/** Made once for all receivers. */
export function framesOf(parts: readonly Part[], options: PacketOptions): readonly Buffer[] {
  if (options.frames) return options.frames;
  options.frames = parts.map(frameOf);
  if (parts.length === 1 && typeof parts[0] === 'string') options.wsPreEncodedFrame ??= options.frames;
  return options.frames;
}
