/** The binary encoding of moves: round trips, and the decoder shown in docs/world.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { fc } from '../../../../../test/support/properties';
import { EntityNumbers } from '../interest/entity-numbers';
import { MOVE_BYTES, decodeMoves, encodeMove } from './move-binary';

const hundredths = fc.integer({ min: 0, max: 1_000_000 });

it('binary moves: round-trip to the hundredth of a unit, for any position and facing', () => {
  const move = fc.tuple(fc.nat(65_535), hundredths, hundredths, fc.double({ min: -7, max: 7, noNaN: true }));
  fc.assert(
    fc.property(fc.array(move), (moves) => {
      const bytes = Buffer.alloc(moves.length * MOVE_BYTES);
      moves.forEach(([n, x, y, facing], index) =>
        encodeMove(bytes, index * MOVE_BYTES, { n, x: x / 100, y: y / 100, facing }),
      );
      decodeMoves(bytes).forEach(([n, x, y, facing], index) => {
        const [expectedN, expectedX, expectedY, expectedFacing] = moves[index]!;
        expect([n, x, y]).toEqual([expectedN, expectedX / 100, expectedY / 100]);
        expect(
          Math.hypot(Math.cos(facing) - Math.cos(expectedFacing), Math.sin(facing) - Math.sin(expectedFacing)),
        ).toBeLessThan(1e-4);
        expect(facing >= 0 && facing < 2 * Math.PI).toBe(true);
      });
    }),
  );
});

it('binary moves: the decoder in docs/world.md reads buffers of Node.js and of browsers', () => {
  const text = readFileSync(join(__dirname, '..', '..', '..', '..', '..', 'docs', 'world.md'), 'utf8');
  const [, source = ''] = /```js\n([\s\S]*?)```/.exec(text) ?? [];
  const movesOf = runInThisContext(`(${source})`) as (bytes: Buffer | ArrayBuffer) => object[];
  const bytes = Buffer.alloc(3 * MOVE_BYTES).subarray(MOVE_BYTES);
  encodeMove(bytes, 0, { n: 65_535, x: 9_999.99, y: 0, facing: -Math.PI / 2 });
  encodeMove(bytes, MOVE_BYTES, { n: 0, x: 0.01, y: 10_000, facing: 0 });
  const expected = [
    { n: 65_535, x: 9_999.99, y: 0, facing: 1.5 * Math.PI },
    { n: 0, x: 0.01, y: 10_000, facing: 0 },
  ];
  expect(movesOf(bytes)).toEqual(expected);
  expect(movesOf(new Uint8Array(bytes).buffer)).toEqual(expected);
});

it('EntityNumbers: allocates no number twice, and reuses a released one late', () => {
  const numbers = new EntityNumbers();
  const [first, second] = [numbers.allocate(), numbers.allocate()];
  numbers.release(first);
  expect([first, second]).not.toContain(numbers.allocate());
  for (let count = 0; count < 65_534; count++) numbers.allocate();
  expect(() => numbers.allocate()).toThrow('no more than');
  numbers.release(second);
  expect(numbers.allocate()).toBe(second);
});
