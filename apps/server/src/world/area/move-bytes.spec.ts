/** The binary form of moves: what is written is read. */
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
