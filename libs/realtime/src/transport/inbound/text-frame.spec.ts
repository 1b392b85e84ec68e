/** The frames that `decodeTextFrame` decodes, and those that it leaves to `ws`. */
import { fc, propertyRuns, PROPERTY_SEED } from '../../../../../test/support/properties';
import { decodeTextFrame } from './text-frame';

/** Encodes a frame as a client sends it. */
function frameOf(text: string, { first = 0x81, masked = true } = {}): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([17, 0, 255, 128]);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  const [size = 0, ...more] = length;
  const body = payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0));
  return Buffer.concat([Buffer.from([first, size | (masked ? 128 : 0), ...more]), mask, body]);
}

it('decodeTextFrame: decodes a complete ASCII frame and does not modify its bytes', () => {
  const ascii = fc.string({ unit: 'binary-ascii', maxLength: 4_096 });
  const property = fc.property(ascii, (text) => {
    const frame = frameOf(text);
    const before = Buffer.from(frame);
    expect(decodeTextFrame(frame)).toBe(text);
    expect(frame).toEqual(before);
  });
  fc.assert(property, { seed: PROPERTY_SEED, numRuns: propertyRuns(300) });
});

it.each([
  ['an incomplete frame', frameOf('hello').subarray(0, -1)],
  ['a single byte', frameOf('hello').subarray(0, 1)],
  ['an incomplete length', frameOf('x'.repeat(200)).subarray(0, 3)],
  ['two frames', Buffer.concat([frameOf('hello'), frameOf('again')])],
  ['the first fragment of a text', frameOf('hello', { first: 0x01 })],
  ['a continuation frame', frameOf('hello', { first: 0x80 })],
  ['a binary frame', frameOf('hello', { first: 0x82 })],
  ['a close frame', frameOf('', { first: 0x88 })],
  ['a compressed frame', frameOf('hello', { first: 0xc1 })],
  ['a frame without a mask', frameOf('hello', { masked: false })],
  ['a text that is not ASCII', frameOf('hellö')],
  ['a frame that is too long', frameOf('x'.repeat(4_097))],
  ['an empty chunk', Buffer.alloc(0)],
])('decodeTextFrame: returns null for %s', (_, chunk) => {
  expect(decodeTextFrame(chunk)).toBeNull();
});
