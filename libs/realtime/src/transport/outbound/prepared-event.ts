/** A volatile event for many connections of this node, encoded once from JSON that the caller has already. */
import { encodeTextFrame, textOfFrame } from './websocket-frame';
import type { EncodedPacket, PacketParts } from './encoded-packet';

/** Socket.IO packet types: an event, and an event with one attachment. */
const EVENT = '2';
const BINARY_EVENT = '51-';

/** Decodes its text only on demand: nearly all connections are written the frame. */
class FramedPacket implements EncodedPacket {
  readonly options: EncodedPacket['options'];
  private text: PacketParts | undefined;

  constructor(private readonly frame: Buffer) {
    const frames = [frame];
    this.options = { preEncoded: true, volatile: true, frames, wsPreEncodedFrame: frames };
  }

  get parts(): PacketParts {
    return (this.text ??= [textOfFrame(this.frame)]);
  }
}

export class PreparedEvent {
  private constructor(readonly packet: EncodedPacket) {}

  /** `json`: the payload with `ATTACHMENT_PLACEHOLDER` in place of the bytes. The bytes must not change afterwards. */
  static fromBytes(event: string, json: string, bytes: Buffer): PreparedEvent {
    const parts = [`${BINARY_EVENT}["${event}",${json}]`, bytes];
    return new PreparedEvent({ parts, options: { preEncoded: true, volatile: true } });
  }

  /** `json`: the pieces of the payload; buffers must be UTF-8. All pieces are copied. */
  static fromPieces(event: string, json: readonly (string | Buffer)[]): PreparedEvent {
    return new PreparedEvent(new FramedPacket(encodeTextFrame([`${EVENT}["${event}",`, ...json, ']'])));
  }
}

/** Socket.IO's placeholder for the first attachment. */
export const ATTACHMENT_PLACEHOLDER = '{"_placeholder":true,"num":0}';
