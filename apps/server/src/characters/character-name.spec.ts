/** Names of characters: what is accepted, and which two names are the same. */
import { fc } from '../../../../test/support/properties';
import { canonicalName, nameKey, nameProblem } from './character-name';

describe('nameProblem', () => {
  it.each([
    'Bob',
    'Anna Maria',
    "O'Brien",
    'Jean-Luc',
    'Ælfgifu',
    'Łukasz',
    'Ødegård',
    'Ιφιγένεια',
    'Дмитрий',
    'نادية',
    'ロボット',
    '김철수님',
    'प्रियंका',
    'Zoe\u0308',
    'x'.repeat(20),
  ])('accepts %p', (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  it.each([
    ['', 'at least 3'],
    ['Al', 'at least 3'],
    ['x'.repeat(21), 'at most 20'],
    ['x'.repeat(100_000), 'at most 20'],
    ['Bob1', 'letters'],
    ['Bob  Hope', 'letters'],
    [' Bob', 'letters'],
    ['Bob ', 'letters'],
    ["Bob'-X", 'letters'],
    ['Bob_X', 'letters'],
    ['Bob\u00a0X', 'letters'],
    ['Bob\nX', 'letters'],
    ['Bob\u200bX', 'letters'],
    ['\u3164\u3164\u3164', 'letters'],
    ['Bo\u202eb', 'letters'],
    ['<b>Bob', 'letters'],
    ['Bob😀', 'letters'],
    ['B\u0332\u0333\u0331ob', 'letters'],
    ['\u0301Bob', 'letters'],
    ['Bob\ud800', 'letters'],
  ])('refuses %p', (name, problem) => {
    expect(nameProblem(name)).toContain(problem);
  });

  it('judges a composed and a decomposed spelling alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 24 }), (name) => {
        expect(nameProblem(name.normalize('NFD'))).toBe(nameProblem(name.normalize('NFC')));
      }),
    );
  });
});

describe('nameKey', () => {
  it.each([
    ['Bob', 'bOB'],
    ['Straße', 'STRASSE'],
    ['Straẞe', 'Strasse'],
    ['Ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ'],
    ['Zoë', 'ZOE\u0308'],
    ['Bob', 'Ｂｏｂ'],
    ['Finn', 'ﬁnn'],
  ])('takes %p and %p for one', (left, right) => {
    expect(nameKey(canonicalName(left))).toBe(nameKey(canonicalName(right)));
  });

  it('keeps different names apart', () => {
    expect(new Set(['Anna', 'Ann', 'An Na', 'Annä'].map(nameKey)).size).toBe(4);
  });

  it('is its own key, so that comparing keys compares names', () => {
    const isOwnKey = (name: string): boolean => nameKey(nameKey(name)) === nameKey(name);
    const letters = Array.from({ length: 0x11_0000 }, (_, point) => String.fromCodePoint(point));
    expect(letters.filter((letter) => !isOwnKey(letter))).toEqual([]);
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), isOwnKey));
  });
});
