/** A Socket.IO packet that is encoded once for all its receivers. */
import { encodeFrame, type PacketPart } from './websocket-frame';

export type PacketParts = readonly (string | Buffer)[];

/** The options that Socket.IO and the engine take with a packet. All receivers share one object. */
export interface PacketOptions {
  readonly preEncoded?: boolean;
  readonly volatile?: boolean | undefined;
  /** Whether the packet may wait up to 100 ms to be written together with another one. */
  readonly isDeferrable?: boolean;
  /** The frame of a text without attachments, for receivers that are written to by the engine. */
  wsPreEncodedFrame?: readonly Buffer[];
  /** All frames of the packet, encoded on first use. */
  frames?: readonly Buffer[];
}

export interface EncodedPacket {
  /** The text of the packet, followed by its attachments. */
  readonly parts: PacketParts;
  readonly options: PacketOptions;
}

export const createEncodedPacket = (parts: PacketParts, isDeferrable: boolean): EncodedPacket => ({
  parts,
  options: { preEncoded: true, isDeferrable },
});

/** Encodes the frames of a packet on the first call; later calls return the same frames. */
export function encodeFrames(parts: readonly PacketPart[], options: PacketOptions): readonly Buffer[] {
  if (options.frames) return options.frames;
  options.frames = parts.map(encodeFrame);
  if (parts.length === 1 && typeof parts[0] === 'string') options.wsPreEncodedFrame ??= options.frames;
  return options.frames;
}
