/** How far all nodes have heard: never farther than what had been told when so much had been emitted as they have now. */
import { Stream } from './stream';

it('follows what is heard, and not what is told', () => {
  const stream = new Stream(0);
  stream.told = 3;
  expect(stream.settle({ emitted: 3, kept: 0 })).toBe(0);
  stream.told = 5;
  expect(stream.settle({ emitted: 5, kept: 2 })).toBe(0);
  expect(stream.settle({ emitted: 5, kept: 3 })).toBe(3);
  expect(stream.settle({ emitted: 5, kept: 4 })).toBe(3);
  expect(stream.settle({ emitted: 9, kept: 5 })).toBe(5);
});

it('begins where another node has left off', () => {
  const stream = new Stream(7);
  expect(stream.settle({ emitted: 100, kept: 0 })).toBe(7);
  expect([stream.isNext(8), stream.isNext(9), stream.idle]).toEqual([true, false, true]);
});
