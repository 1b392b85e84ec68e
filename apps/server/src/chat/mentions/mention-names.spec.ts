/** Mention names: which texts contain mentions, and which only look like it. */
import { fc } from '../../../../../test/support/properties';
import { MAX_MENTIONS, mentionedNames } from './mention-names';

describe('mentionedNames', () => {
  it.each([
    ['@anna', [['anna']]],
    ['hello @anna and @Ben_2!', [['anna'], ['Ben_2']]],
    ['come, @anna.', [['anna.', 'anna']]],
    ["(@O'Brien) @Žofie", [["O'Brien"], ['Žofie']]],
    ['@"Sir Lancelot", come', [['Sir Lancelot']]],
    ['@anna @anna', [['anna']]],
    ['@anna,@ben;@cleo', [['anna'], ['ben'], ['cleo']]],
    ['cc:@anna [@ben] *@cleo*', [['anna'], ['ben'], ['cleo']]],
    ['.@anna -@ben', [['anna'], ['ben']]],
    ['@Al', [['Al']]],
    ["@bob's sword", [["bob's", 'bob']]],
    ['@bob’s sword', [['bob’s', 'bob']]],
    ["@O'Neil's sword", [["O'Neil's", "O'Neil"]]],
    ["'@bob'", [["bob'", 'bob']]],
    ["@Ahmet'in", [["Ahmet'in", 'Ahmet']]],
    ['@bob-san', [['bob-san', 'bob']]],
    ['@bobさん', [['bobさん', 'bobさ', 'bob']]],
    ['@bob님', [['bob님', 'bob']]],
    ['@김철수님', [['김철수님', '김철수', '김철']]],
    ['交给@bob处理', [['bob处理', 'bob处', 'bob']]],
    ['交给@李娜处理', [['李娜处理', '李娜处', '李娜']]],
    ['告诉＠bob', [['bob']]],
    ['＠bob', [['bob']]],
    ['ถาม@bobครับ', [['bobครับ', 'bobครั', 'bobค', 'bob']]],
    ['@สมชาย', [['สมชาย', 'สมชา', 'สมช', 'สม']]],
    ['@ကျော်', [['ကျော်', 'ကျေ']]],
    ['@علی‌رضا سلام', [['علی‌رضا']]],
    ['@प्रियंका, आओ', [['प्रियंका']]],
    ["@“O'Neil x”", [["O'Neil x"]]],
    ['@„Anna Maria“ @«Jean Luc»', [['Anna Maria'], ['Jean Luc']]],
    ['@「山田 花子」さん', [['山田 花子']]],
    ['＠"Anna Maria"', [['Anna Maria']]],
    ["@'Anna Maria' @‘Jean Luc’ @‚Al Bo‘", [['Anna Maria'], ['Jean Luc'], ['Al Bo']]],
    ["@'O'Neil x', @'bob's sword'", [["O'Neil x"], ["bob's sword"]]],
    ['@‘O’Neil’: @’Al’', [['O’Neil'], ['Al']]],
    ["@'bob' said 'no'", [['bob']]],
    ["@'bob'さん", [['bob']]],
    ["'@bob said @anna's is'", [['bob'], ["anna's", 'anna']]],
    ['@‹Anna Maria› @›Jean Luc‹ @＂Al Bo＂', [['Anna Maria'], ['Jean Luc'], ['Al Bo']]],
    ['@＇Anna Maria＇ @”Jean Luc” @｢Al Bo｣', [['Anna Maria'], ['Jean Luc'], ['Al Bo']]],
    ['@《Anna Maria》 @〈Jean Luc〉 @〝Al Bo〟', [['Anna Maria'], ['Jean Luc'], ['Al Bo']]],
    ['@Gal‧la @Ab֊cd @צה״ל', [['Gal‧la'], ['Ab֊cd'], ['צה״ל']]],
    ['״@ג׳ורג׳״', [['ג׳ורג׳״', 'ג׳ורג׳', 'ג׳ורג']]],
    ['看https://x.example/a，@bob', [['bob']]],
    ['https://x.example/ @bob', [['bob']]],
  ])('finds the names in %j', (text, names) => {
    expect(mentionedNames(text)).toEqual(names);
  });

  it.each([
    'no mail to anna@example.com',
    'anna.b+c@example.com, jürgen@firma.example, анна@почта.example',
    'https://medium.example/@bob/post-1',
    'http://x.example/?to=@bob, www.x.example/,@bob',
    'medium.example/@bob',
    'mumble://@bob',
    '@bob@example.com',
    '@@anna and @ ben and @x',
    '@"two\nlines"',
    '@"" @“ ”',
    "@'' @‘’ @'O'",
    "@'bob and @‘anna",
    "@'two\nlines'",
    '@-bob @_bob @.bob',
    `@${'x'.repeat(51)}`,
    '@ @@ ＠＠bob',
  ])('finds no name in %j', (text) => {
    expect(mentionedNames(text)).toEqual([]);
  });

  it('finds at most the first mentions, with names of bounded number and length', () => {
    expect(mentionedNames('@aaa @bbb @ccc @ddd')).toEqual([['aaa'], ['bbb'], ['ccc']]);
    const parts = [
      '@',
      '＠',
      '"',
      '“',
      '”',
      ' ',
      'anna',
      '.',
      "'",
      '-',
      '\n',
      '😀',
      'é',
      '李',
      'さ',
      'ก',
      'https://',
      '/',
    ];
    const texts = fc.array(fc.constantFrom(...parts), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (pieces) => {
        const found = mentionedNames(pieces.join(''));
        expect(found.length).toBeLessThanOrEqual(MAX_MENTIONS);
        for (const names of found) {
          expect(names.length).toBeLessThanOrEqual(50);
          for (const name of names) expect(Array.from(name).length).toBeLessThanOrEqual(50);
        }
      }),
    );
  });
});
