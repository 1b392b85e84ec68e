/** A volatile event that many connections of this node get: encoded once, by who knows its JSON already. */
import { frameOfPieces, textIn } from './frame';
import type { EncodedPacket, Parts } from './outgoing-packet';

/** Engine and Socket.IO types of packets: an event, and one with attachments, of which there is one. */
const EVENT = '2';
const BINARY_EVENT = '51-';

/** Its text is not needed where its frame can be written, as nearly always. */
class FramedPacket implements EncodedPacket {
  readonly options: EncodedPacket['options'];
  private text: Parts | undefined;

  constructor(private readonly frame: Buffer) {
    const frames = [frame];
    this.options = { preEncoded: true, volatile: true, frames, wsPreEncodedFrame: frames };
  }

  get parts(): Parts {
    return (this.text ??= [textIn(this.frame)]);
  }
}

export class PreparedEvent {
  private constructor(readonly packet: EncodedPacket) {}

  /** `json`: the payload, in which `ATTACHMENT` stands for the bytes. They may not change any more. */
  static ofBytes(event: string, json: string, bytes: Buffer): PreparedEvent {
    const parts = [`${BINARY_EVENT}["${event}",${json}]`, bytes];
    return new PreparedEvent({ parts, options: { preEncoded: true, volatile: true } });
  }

  /** `json`: the pieces of the payload, those of bytes in UTF-8; they are copied. */
  static ofPieces(event: string, json: readonly (string | Buffer)[]): PreparedEvent {
    return new PreparedEvent(new FramedPacket(frameOfPieces([`${EVENT}["${event}",`, ...json, ']'])));
  }
}

/** What Socket.IO puts where the bytes are to be put back. */
export const ATTACHMENT = '{"_placeholder":true,"num":0}';
