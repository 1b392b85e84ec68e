/** Which frames are read at once, and which are left to others. */
import { fc, runs, SEED } from '../../../../test/support/properties';
import { plainText } from './plain-text';

/** A frame as a client sends it. */
function frameOf(text: string, { first = 0x81, masked = true } = {}): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([17, 0, 255, 128]);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  const [size = 0, ...more] = length;
  const body = payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0));
  return Buffer.concat([Buffer.from([first, size | (masked ? 128 : 0), ...more]), mask, body]);
}

it('reads whole frames of ASCII, and leaves them as they came', () => {
  const ascii = fc.string({ unit: 'binary-ascii', maxLength: 4_096 });
  const property = fc.property(ascii, (text) => {
    const frame = frameOf(text);
    const before = Buffer.from(frame);
    expect(plainText(frame)).toBe(text);
    expect(frame).toEqual(before);
  });
  fc.assert(property, { seed: SEED, numRuns: runs(300) });
});

it.each([
  ['a piece of a frame', frameOf('hello').subarray(0, -1)],
  ['the first byte alone', frameOf('hello').subarray(0, 1)],
  ['half of a length', frameOf('x'.repeat(200)).subarray(0, 3)],
  ['a frame and more', Buffer.concat([frameOf('hello'), frameOf('again')])],
  ['a text that goes on', frameOf('hello', { first: 0x01 })],
  ['what goes on with it', frameOf('hello', { first: 0x80 })],
  ['bytes', frameOf('hello', { first: 0x82 })],
  ['a close', frameOf('', { first: 0x88 })],
  ['something compressed', frameOf('hello', { first: 0xc1 })],
  ['a frame without a mask', frameOf('hello', { masked: false })],
  ['a text that is not ASCII', frameOf('hellö')],
  ['one that is too long', frameOf('x'.repeat(4_097))],
  ['nothing', Buffer.alloc(0)],
])('does not read %s', (_, chunk) => {
  expect(plainText(chunk)).toBeNull();
});
