/** Pose templates: their bytes equal the output of JSON.stringify. */
import { fc } from '../../../../../test/support/properties';
import { PoseSeparators, PoseTemplate } from './pose-template';

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

it('PoseTemplate: writes the bytes of JSON.stringify, within maxBytes', () => {
  const separators = new PoseSeparators(',"y":', ',"facing":', '}');
  fc.assert(
    fc.property(fc.string(), number, number, number, fc.nat(9), (id, x, y, facing, at) => {
      const text = new PoseTemplate(`{"id":${JSON.stringify(id)},"x":`, separators);
      const target = Buffer.alloc(at + text.maxBytes);
      const end = text.write(target, at, { x, y, facing });
      expect(target.toString('utf8', at, end)).toBe(JSON.stringify({ id, x, y, facing }));
    }),
  );
});
