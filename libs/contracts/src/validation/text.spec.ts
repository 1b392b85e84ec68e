/** Which texts of players are accepted, and why others are refused. */
import { fc } from '../../../../test/support/properties';
import { textProblem } from './text';

const limits = { max: 500, lines: 3 };

describe('textProblem', () => {
  it.each([
    ['plain words', 'Hello there'],
    ['500 emoji, two units each', '😀'.repeat(500)],
    ['accents as combining marks', 'e\u0301a\u0300'],
    ['markup, which is only text', '<script>alert(1)</script>'],
    ['three lines', 'a\nb\nc'],
    ['a family joined by zero-width joiners', '👨‍👩‍👧'],
    ['joined emoji with variation selectors', '❤️‍🔥🏳️‍⚧️1️⃣'.repeat(5)],
    ['the flag of Scotland, which consists of tags', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
    ['a conjunct with a joiner', 'क्‍षि'],
    ['Burmese with medials, vowel signs and tone marks', 'မြှော်လင့်ချက် ကျွန်တော် ရွှေ့ပြောင်း ကြွေးကြော်ခဲ့သည်'],
    ['Tibetan stacks', 'ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ བསྒྲུབས་པ་རྒྱས'],
    ['pointed Hebrew', 'בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים'],
    ['vocalised Arabic', 'بِسْمِ اللَّٰهِ الرَّحْمَٰنِ'],
    ['Tamil, Malayalam and Sinhala', 'கொழும்பு കൊല്ലം ശ്രീ ශ්‍රී ලංකාව ක්‍රියාව'],
    ['Devanagari with nukta', 'फ़िल्म ज़िंदगी क्या हुआ'],
    ['Khmer and Thai', 'ស្រ្តីម្នាក់ ที่นี่น้ำผึ้ง'],
    ['right-to-left scripts', 'שלום مرحبا'],
  ])('accepts %s', (_, text) => expect(textProblem(text, limits)).toBeNull());

  it.each([
    ['501 emoji', '😀'.repeat(501), 'at most 500'],
    ['a megabyte', 'a'.repeat(1_000_000), 'at most 500'],
    ['nothing', '', 'blank'],
    ['white space of all kinds', ' \t\n\u00a0\u2003\u200b\u3164', 'blank'],
    ['the blank of braille and fillers', '\u2800\u115f\u1160\uffa0\u{e0041}', 'blank'],
    ['four lines', 'a\nb\nc\nd', 'at most 3 lines'],
    ['four lines by other separators', 'a\u2028b\u2029c\nd', 'at most 3 lines'],
    ['five stacked marks', `a${'\u0301'.repeat(5)}`, 'combining marks'],
    ['five stacked marks of Thai', `ก${'\u0e47'.repeat(5)}`, 'combining marks'],
    ['more spacing marks than any script has', `က${'\u102c'.repeat(9)}`, 'combining marks'],
    ['stacks of marks with joiners between', `a${`${'\u0301'.repeat(4)}\u200d`.repeat(80)}`, 'combining marks'],
    ['stacks of marks with fillers between', `a${'\u0301\u3164'.repeat(5)}`, 'combining marks'],
    ['a null character', 'a\u0000b', 'control'],
    ['a carriage return', 'a\rb', 'control'],
    ['an override of direction', 'a\u202eb', 'control'],
    ['a lone surrogate', 'a\ud800b', 'control'],
  ])('refuses %s', (_, text, problem) => expect(textProblem(text, limits)).toContain(problem));

  it('asks for one line if only one is allowed', () =>
    expect(textProblem('a\nb', { max: 10, lines: 1 })).toBe('must be one line'));

  it('never throws, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        [null, 'string'].includes(textProblem(text, limits) === null ? null : 'string'),
      ),
    );
  });
});
