/** The binary form of moves: what is written is read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { fc } from '../../../../../test/support/properties';
import { Numbers } from './numbers';
import { MOVE_BYTES, readMoves, writeMove } from './move-bytes';

const hundredths = fc.integer({ min: 0, max: 1_000_000 });

it('comes back to the hundredth of a unit, wherever one stands and looks', () => {
  const move = fc.tuple(fc.nat(65_535), hundredths, hundredths, fc.double({ min: -7, max: 7, noNaN: true }));
  fc.assert(
    fc.property(fc.array(move), (moves) => {
      const bytes = Buffer.alloc(moves.length * MOVE_BYTES);
      moves.forEach(([n, x, y, facing], index) =>
        writeMove(bytes, index * MOVE_BYTES, { n, x: x / 100, y: y / 100, facing }),
      );
      readMoves(bytes).forEach(([n, x, y, facing], index) => {
        const [told, toldX, toldY, toldFacing] = moves[index]!;
        expect([n, x, y]).toEqual([told, toldX / 100, toldY / 100]);
        expect(
          Math.hypot(Math.cos(facing) - Math.cos(toldFacing), Math.sin(facing) - Math.sin(toldFacing)),
        ).toBeLessThan(1e-4);
        expect(facing >= 0 && facing < 2 * Math.PI).toBe(true);
      });
    }),
  );
});

it('is read by what the documents show, from a buffer of Node.js and of a browser', () => {
  const text = readFileSync(join(__dirname, '..', '..', '..', '..', '..', 'docs', 'world.md'), 'utf8');
  const [, source = ''] = /```js\n([\s\S]*?)```/.exec(text) ?? [];
  const movesOf = runInThisContext(`(${source})`) as (bytes: Buffer | ArrayBuffer) => object[];
  const bytes = Buffer.alloc(3 * MOVE_BYTES).subarray(MOVE_BYTES);
  writeMove(bytes, 0, { n: 65_535, x: 9_999.99, y: 0, facing: -Math.PI / 2 });
  writeMove(bytes, MOVE_BYTES, { n: 0, x: 0.01, y: 10_000, facing: 0 });
  const told = [
    { n: 65_535, x: 9_999.99, y: 0, facing: 1.5 * Math.PI },
    { n: 0, x: 0.01, y: 10_000, facing: 0 },
  ];
  expect(movesOf(bytes)).toEqual(told);
  expect(movesOf(new Uint8Array(bytes).buffer)).toEqual(told);
});

it('numbers nobody twice, and does not give a number again that was given back a moment ago', () => {
  const numbers = new Numbers();
  const [first, second] = [numbers.take(), numbers.take()];
  numbers.giveBack(first);
  expect([first, second]).not.toContain(numbers.take());
  for (let count = 0; count < 65_534; count++) numbers.take();
  expect(() => numbers.take()).toThrow('no more than');
  numbers.giveBack(second);
  expect(numbers.take()).toBe(second);
});
