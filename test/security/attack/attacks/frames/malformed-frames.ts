/** Frames that break the protocol: each closes its connection at once, even when a flood follows. */
import type { Attack } from '../../support/attack';
import { openWebSocket } from '../../support/socket-openings';
import {
  BINARY_OPCODE,
  CLOSE,
  CONTINUATION,
  frame,
  PING,
  repeated,
  TEXT_OPCODE,
  textFrame,
} from '../../support/websocket-frames';

const MALFORMED: Readonly<Record<string, Buffer>> = {
  'reserved bits': frame(TEXT_OPCODE, '3', { rsv: 4 }),
  'reserved opcodes': frame(11, 'x'),
  'unmasked frames': frame(TEXT_OPCODE, '3', { masked: false }),
  'control frames of 126 bytes': frame(PING, 'x'.repeat(126)),
  'fragmented control frames': frame(PING, 'x', { fin: false }),
  'continuations of nothing': frame(CONTINUATION, 'x'),
  'texts that are no UTF-8': frame(TEXT_OPCODE, Buffer.from([0x34, 0xc3, 0x28, 0xff])),
  'lengths of 2^63': frame(TEXT_OPCODE, '', { claimedLength: Number.MAX_SAFE_INTEGER, lengthBytes: 8 }),
  'lengths beyond MAX_PAYLOAD_BYTES': frame(TEXT_OPCODE, 'x', { claimedLength: 140_000, lengthBytes: 8 }),
  'closes with a wrong code': frame(CLOSE, Buffer.from([0x03, 0xed])),
  'closes with a reason': frame(CLOSE, Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from('bye')])),
  'binary frames before CONNECT': frame(BINARY_OPCODE, 'x'),
  'packets of no type': textFrame('9'),
  'JSON that does not parse': textFrame('40{'),
};

const FOLLOWED_BY = repeated(textFrame('3'), 2_000);

export const malformedFrames: readonly Attack[] = Object.entries(MALFORMED).map(([of, bytes]) => ({
  name: `malformed: ${of}, then a flood`,
  by: 'nobody',
  run: (stage) =>
    stage.repeatConcurrently(20, async () => {
      const socket = await openWebSocket(stage);
      await socket.write(bytes);
      socket.markExceeded();
      await stage.flood(socket, FOLLOWED_BY, 2_000, 0);
    }),
}));
