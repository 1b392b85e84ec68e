/** Of which things the latest word is known is bounded in number: those that were spoken of last are. */
import { LatestWords } from './latest-words';

it('keeps a bounded number of words, those that were said last', () => {
  const words = new LatestWords(100);
  const overtakes = (about: string, turn: number): boolean => words.overtakes({ about, turn, says: 'here' }, 0);
  for (let n = 0; n < 1_000; n++) {
    overtakes(`user ${n}`, 1);
    overtakes('busy', n + 1);
  }
  expect(words.size).toBe(100);
  expect([overtakes('user 999', 1), overtakes('busy', 1), overtakes('user 0', 1)]).toEqual([true, true, false]);
});
