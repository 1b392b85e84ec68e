/** What a node keeps in order to tell the others of its characters is bounded, also where nobody asks for it. */
import { HeldElsewhere } from './held-elsewhere';
import { MOST_GONE, OwnNews } from './own-news';

describe('OwnNews', () => {
  it('announces a departure three times in full messages', () => {
    const news = new OwnNews();
    news.left('a');
    expect([news.take(null), news.take([]), news.take([]), news.take([])].map((told) => told?.gone)).toEqual([
      ['a'],
      ['a'],
      ['a'],
      ['a'],
    ]);
    expect(news.take([])).toBeNull();
  });

  it('keeps the latest departures alone while nothing is announced', () => {
    const news = new OwnNews();
    for (let number = 0; number < MOST_GONE + 10; number++) news.left(`id ${number}`);
    const gone = news.take([])?.gone ?? [];
    expect(gone).toHaveLength(MOST_GONE);
    expect(gone.at(-1)).toBe(`id ${MOST_GONE + 9}`);
  });

  it('counts one that leaves again as the latest', () => {
    const news = new OwnNews();
    for (let number = 0; number < MOST_GONE; number++) news.left(`id ${number}`);
    news.left('id 0');
    news.left('another');
    expect(news.take([])?.gone).toEqual(expect.arrayContaining(['id 0', 'another']));
  });
});

describe('HeldElsewhere', () => {
  it('forgets departures that are over, also while nothing is swept', () => {
    const held = new HeldElsewhere();
    for (let number = 0; number < 100; number++) held.left(`id ${number}`, number * 1_000);
    expect(held.departures).toBeLessThan(6);
    expect(held.hasJustLeft('id 99')).toBe(true);
  });

  it('knows one that left again by its latest departure', () => {
    const held = new HeldElsewhere();
    held.left('a', 0);
    held.left('b', 2_000);
    held.left('a', 2_900);
    held.left('c', 5_500);
    expect(['a', 'b', 'c'].map((id) => held.hasJustLeft(id))).toEqual([true, false, true]);
  });
});
