/** What is written as bytes is what JSON makes of it. */
import { fc } from '../../../../../test/support/properties';
import { Form, PlacedText } from './placed-text';

const rounded = (value: number): number => Math.round(value * 100) / 100;
const number = fc
  .oneof(
    fc.double({ min: -10_000, max: 10_000, noNaN: true }),
    fc.integer({ min: -10_000, max: 10_000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, 0.01, -0.01, 0.1, 9.99, 99.9, 10, 100, 1e21, -1e300, 2 ** 31 / 100, 2 ** 31 / 100 - 0.01),
  )
  .map(rounded)
  .filter(Number.isFinite);

it('is its JSON, byte for byte, and no longer than it says', () => {
  const form = new Form(',"y":', ',"facing":', '}');
  fc.assert(
    fc.property(fc.string(), number, number, number, fc.nat(9), (id, x, y, facing, at) => {
      const text = new PlacedText(`{"id":${JSON.stringify(id)},"x":`, form);
      const target = Buffer.alloc(at + text.bytes);
      const end = text.write(target, at, { x, y, facing });
      expect(target.toString('utf8', at, end)).toBe(JSON.stringify({ id, x, y, facing }));
    }),
  );
});
