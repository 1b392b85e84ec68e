/** Who was where when an event was emitted, although they have moved since; and nothing is kept for longer than that. */
import { Moves } from './moves';

let moves: Moves;
let overflows: string[][];
beforeEach(() => {
  overflows = [];
  moves = new Moves(() => overflows.push(moves.clear()), 100);
});

it('remembers comings and goings in the count of what was emitted', () => {
  moves.joined('late', 'r', 3, undefined);
  moves.left('early', 'r', 5, undefined);
  const was = (socketId: string, now: boolean): boolean[] =>
    [3, 4, 5, 6].map((seq) => moves.wasIn(socketId, 'r', seq, now));
  expect(was('late', true)).toEqual([false, true, true, true]);
  expect(was('early', false)).toEqual([true, true, true, false]);
  expect(was('still', true)).toEqual([true, true, true, true]);
  expect([...moves.moversOf('r')]).toEqual(['late', 'early']);
});

it('knows who went and came again', () => {
  moves.left('anna', 'r', 2, undefined);
  moves.joined('anna', 'r', 4, undefined);
  expect([2, 3, 4, 5].map((seq) => moves.wasIn('anna', 'r', seq, true))).toEqual([true, false, false, true]);
});

it('knows newcomers, and who came back with a right to what was emitted before', () => {
  moves.came('new', 4, undefined);
  moves.returned('back', 4);
  expect([moves.wasThere('new', 4), moves.wasThere('new', 5), moves.wasThere('back', 4)]).toEqual([false, true, true]);
  expect([moves.hasReturnedSince('back', 4), moves.hasReturnedSince('back', 5)]).toEqual([true, false]);
  expect(moves.hasReturnedSince('new', 4)).toBe(false);
});

it('owes nothing more to those who came back once they have been written all that was on its way', () => {
  moves.joined('back', 'r', 3, undefined);
  moves.returned('back', 4);
  moves.returned('other', 4);
  moves.clearReturned();
  expect(['back', 'other'].map((socketId) => moves.hasReturnedSince(socketId, 4))).toEqual([false, false]);
  expect([moves.wasIn('back', 'r', 3, true), moves.wasIn('back', 'r', 4, true)]).toEqual([false, true]);
  moves.returned('back', 6);
  expect([moves.hasReturnedSince('back', 5), moves.hasReturnedSince('back', 7)]).toEqual([true, false]);
  moves.settled(9);
  expect(moves.none).toBe(true);
});

it('forgets what concerns nothing that is still on its way', () => {
  moves.joined('a', 'r', 3, undefined);
  moves.left('b', 'r', 5, undefined);
  moves.settled(4);
  expect([[...moves.moversOf('r')], moves.none]).toEqual([['b'], false]);
  moves.settled(5);
  expect([[...moves.moversOf('r')], moves.none]).toEqual([[], true]);
});

it('keeps a later move when an earlier one of the same socket is done', () => {
  moves.joined('a', 'r', 3, undefined);
  moves.left('a', 'r', 5, undefined);
  moves.settled(3);
  expect(moves.wasIn('a', 'r', 5, false)).toBe(true);
  moves.settled(9);
  expect(moves.none).toBe(true);
});

it('past its bound everything has to be delivered; who has come back is named, and the later moves are known', () => {
  moves.returned('back', 1);
  for (let n = 0; n < 100; n++) moves.joined(`socket ${n}`, 'r', n, undefined);
  expect([overflows, moves.size]).toEqual([[['back']], 1]);
  expect([moves.wasIn('socket 99', 'r', 99, true), moves.hasReturnedSince('back', 1)]).toEqual([false, false]);
  expect([...moves.moversOf('r')]).toEqual(['socket 99']);
});
