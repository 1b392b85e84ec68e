/** Frames that break the protocol: each ends its line at once, whatever follows it. */
import type { Attack } from '../../support/attack';
import { openWebSocket } from '../../support/openings';
import { BINARY, CLOSE, CONTINUATION, frame, PING, repeated, TEXT, text } from '../../support/websocket-frames';

const MALFORMED: Readonly<Record<string, Buffer>> = {
  'reserved bits': frame(TEXT, '3', { rsv: 4 }),
  'reserved opcodes': frame(11, 'x'),
  'unmasked frames': frame(TEXT, '3', { masked: false }),
  'control frames of 126 bytes': frame(PING, 'x'.repeat(126)),
  'fragmented control frames': frame(PING, 'x', { fin: false }),
  'continuations of nothing': frame(CONTINUATION, 'x'),
  'texts that are no UTF-8': frame(TEXT, Buffer.from([0x34, 0xc3, 0x28, 0xff])),
  'lengths of 2^63': frame(TEXT, '', { claimedLength: Number.MAX_SAFE_INTEGER, lengthBytes: 8 }),
  'lengths beyond MAX_PAYLOAD_BYTES': frame(TEXT, 'x', { claimedLength: 140_000, lengthBytes: 8 }),
  'closes with a wrong code': frame(CLOSE, Buffer.from([0x03, 0xed])),
  'closes with a reason': frame(CLOSE, Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from('bye')])),
  'binary frames before CONNECT': frame(BINARY, 'x'),
  'packets of no type': text('9'),
  'JSON that does not parse': text('40{'),
};

const FOLLOWED_BY = repeated(text('3'), 2_000);

export const malformedFrames: readonly Attack[] = Object.entries(MALFORMED).map(([of, bytes]) => ({
  name: `malformed: ${of}, then a flood`,
  by: 'nobody',
  run: (stage) =>
    stage.crowd(20, async () => {
      const line = await openWebSocket(stage);
      await line.write(bytes);
      line.markExceeded();
      await stage.flood(line, FOLLOWED_BY, 2_000, 0);
    }),
}));
