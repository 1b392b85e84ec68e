/** What counts as a mention, and what only looks like one. */
import { fc } from '../../../../test/support/properties';
import { MAX_MENTIONS, namesIn } from './chat-mentions';

describe('a mention', () => {
  it.each([
    ['@anna', [['anna']]],
    ['hello @anna and @Ben_2!', [['anna'], ['Ben_2']]],
    ['come, @anna.', [['anna.', 'anna']]],
    ["(@O'Brien) @Žofie", [["O'Brien"], ['Žofie']]],
    ['@"Sir Lancelot", come', [['Sir Lancelot']]],
    ['@anna @anna', [['anna']]],
    ['no mail to anna@example.com', []],
    ['@@anna and @ ben and @xy', []],
    ['@"two\nlines"', []],
  ])('in %j', (text, names) => {
    expect(namesIn(text)).toEqual(names);
  });

  it('is taken a few times per message, and whatever is written', () => {
    expect(namesIn('@aaa @bbb @ccc @ddd')).toEqual([['aaa'], ['bbb'], ['ccc']]);
    const texts = fc.array(fc.constantFrom('@', '"', ' ', 'anna', '.', "'", '-', '\n', '😀', 'é'), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (parts) => {
        const found = namesIn(parts.join(''));
        expect(found.length).toBeLessThanOrEqual(MAX_MENTIONS);
        for (const names of found) for (const name of names) expect(name.length).toBeLessThanOrEqual(40);
      }),
    );
  });
});
