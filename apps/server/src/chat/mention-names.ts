/** Finds what a text may mention: `@name` in any script, or `@"Two Words"`, outside of addresses of mail and of pages. */
import { MAX_NAME_CODE_POINTS, NAME_PUNCTUATION } from '@aeturnis/contracts';

/** Further ones are words like others. */
export const MAX_MENTIONS = 3;

// Scripts whose words follow each other without spaces, or that add endings to a name.
const UNSPACED =
  '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}\\p{scx=Tibt}';
const LETTER_OR_DIGIT = '\\p{L}\\p{M}\\p{N}';
const SPACED_LETTER = `(?![${UNSPACED}])[${LETTER_OR_DIGIT}]`;
// A letter or digit before the sign, with or without full stops and the like, makes it an address of mail.
const MAIL = `(?<!${SPACED_LETTER}[._+-]{0,8})`;
const SIGN = `${MAIL}(?<![@＠/])[@＠]`;
// Marks of two kinds in one pair are in the order in which they stand.
const QUOTES = [
  '""',
  '“”',
  '„“',
  '„”',
  '””',
  '＂＂',
  '«»',
  '»«',
  '‹›',
  '›‹',
  '「」',
  '『』',
  '｢｣',
  '《》',
  '〈〉',
  '〝〟',
  '〝〞',
];
/** Those that close like an apostrophe: before a letter they are one. */
const SINGLE_QUOTES = ["''", '‘’', '‚‘', '‚’', '’’', '＇＇'];
const QUOTED = [
  ...QUOTES.map(([open, close]) => `${open}([^${open}${close}\\n]{2,${MAX_NAME_CODE_POINTS}})${close}`),
  ...SINGLE_QUOTES.map(([open, close]) => {
    const inside = `[^${open}${close}\\n]|${close}(?=${SPACED_LETTER})`;
    return `${open}((?:${inside}){2,${MAX_NAME_CODE_POINTS}})${close}(?!${SPACED_LETTER})`;
  }),
].join('|');
const PLAIN = `([${LETTER_OR_DIGIT}](?:[${LETTER_OR_DIGIT}${NAME_PUNCTUATION}\\u200c\\u200d]{0,${MAX_NAME_CODE_POINTS - 1}}))`;
// An account of another server, such as `@name@example.com`, is nobody here.
const MENTION = new RegExp(`${SIGN}(?:${QUOTED}|${PLAIN}(?![${LETTER_OR_DIGIT}]|[@＠][${LETTER_OR_DIGIT}]))`, 'gu');
const PAGE_ADDRESS = /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.)[!-~]+/giu;

const PUNCTUATION = new RegExp(`[${NAME_PUNCTUATION}]+$`, 'u');
/** A geresh may end a name, as in ג׳ורג׳. */
const AFTER_GERESH = new RegExp(`(?<=׳)[${NAME_PUNCTUATION}]+$`, 'u');
/** Where a name may end inside a word: before an ending such as `'s` or `-san`, and where another writing begins. */
const ENDING = /['’‐-][^'’‐-]*$/u;
const UNSPACED_LETTER = new RegExp(`^[${UNSPACED}]`, 'u');
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** For each mention the names it may mean, the longest first: a name may end in a full stop, and so may a sentence. */
export function namesIn(text: string): string[][] {
  const withoutPages = text.replace(PAGE_ADDRESS, ' ');
  const mentions = new Map<string, string[]>();
  for (const [, ...groups] of withoutPages.matchAll(MENTION)) {
    const plain = groups.pop();
    const quoted = groups.find(Boolean)?.trim() ?? '';
    const names = plain === undefined ? [quoted].filter(isLongEnough) : beginnings(plain);
    const [longest] = names;
    if (longest !== undefined) mentions.set(longest, names);
    if (mentions.size === MAX_MENTIONS) break;
  }
  return [...mentions.values()];
}

function beginnings(word: string): string[] {
  const bare = word.replace(PUNCTUATION, '');
  const found = new Set([word, word.replace(AFTER_GERESH, ''), bare, bare.replace(ENDING, '')]);
  let beginning = '';
  let wasUnspaced = false;
  for (const { segment } of graphemes.segment(bare)) {
    const isUnspaced = UNSPACED_LETTER.test(segment);
    if (isUnspaced || wasUnspaced) found.add(beginning.replace(PUNCTUATION, ''));
    beginning += segment;
    wasUnspaced = isUnspaced;
  }
  return [...found].filter(isLongEnough).sort((one, other) => other.length - one.length);
}

const isLongEnough = (name: string): boolean => Array.from(name).length > 1;
