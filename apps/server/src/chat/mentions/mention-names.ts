/** Finds mentions in a text: `@name` in any script, or `@"Two Words"`, but not inside email addresses and URLs. */
import { MAX_NAME_CODE_POINTS, NAME_PUNCTUATION } from '@aeturnis/contracts';

/** Further mentions are ignored. */
export const MAX_MENTIONS = 3;

// Scripts without spaces between words, or that append endings to names.
const UNSPACED =
  '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}\\p{scx=Tibt}';
const LETTER_OR_DIGIT = '\\p{L}\\p{M}\\p{N}';
const SPACED_LETTER = `(?![${UNSPACED}])[${LETTER_OR_DIGIT}]`;
// A letter or digit before the sign, with or without dots and similar characters, makes it an email address.
const MAIL = `(?<!${SPACED_LETTER}[._+-]{0,8})`;
const SIGN = `${MAIL}(?<![@＠/])[@＠]`;
// Each pair is an opening and a closing mark.
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
/** Pairs whose closing mark is also an apostrophe: before a letter it counts as one. */
const SINGLE_QUOTES = ["''", '‘’', '‚‘', '‚’', '’’', '＇＇'];
const QUOTED = [
  ...QUOTES.map(([open, close]) => `${open}([^${open}${close}\\n]{2,${MAX_NAME_CODE_POINTS}})${close}`),
  ...SINGLE_QUOTES.map(([open, close]) => {
    const inside = `[^${open}${close}\\n]|${close}(?=${SPACED_LETTER})`;
    return `${open}((?:${inside}){2,${MAX_NAME_CODE_POINTS}})${close}(?!${SPACED_LETTER})`;
  }),
].join('|');
const PLAIN = `([${LETTER_OR_DIGIT}](?:[${LETTER_OR_DIGIT}${NAME_PUNCTUATION}\\u200c\\u200d]{0,${MAX_NAME_CODE_POINTS - 1}}))`;
// An account on another server, such as `@name@example.com`, is no mention.
const MENTION = new RegExp(`${SIGN}(?:${QUOTED}|${PLAIN}(?![${LETTER_OR_DIGIT}]|[@＠][${LETTER_OR_DIGIT}]))`, 'gu');
const PAGE_ADDRESS = /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.)[!-~]+/giu;

const PUNCTUATION = new RegExp(`[${NAME_PUNCTUATION}]+$`, 'u');
/** A geresh may end a name, as in ג׳ורג׳. */
const AFTER_GERESH = new RegExp(`(?<=׳)[${NAME_PUNCTUATION}]+$`, 'u');
/** An ending such as `'s` or `-san`, before which a name may end inside a word. */
const ENDING = /['’‐-][^'’‐-]*$/u;
const UNSPACED_LETTER = new RegExp(`^[${UNSPACED}]`, 'u');
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** For each mention its candidate names, the longest first: a trailing dot may belong to the name or to the sentence. */
export function mentionedNames(text: string): string[][] {
  const withoutPages = text.replace(PAGE_ADDRESS, ' ');
  const mentions = new Map<string, string[]>();
  for (const [, ...groups] of withoutPages.matchAll(MENTION)) {
    const plain = groups.pop();
    const quoted = groups.find(Boolean)?.trim() ?? '';
    const names = plain === undefined ? [quoted].filter(isLongEnough) : candidateNames(plain);
    const [longest] = names;
    if (longest !== undefined) mentions.set(longest, names);
    if (mentions.size === MAX_MENTIONS) break;
  }
  return [...mentions.values()];
}

function candidateNames(plain: string): string[] {
  const bare = plain.replace(PUNCTUATION, '');
  const found = new Set([plain, plain.replace(AFTER_GERESH, ''), bare, bare.replace(ENDING, '')]);
  let prefix = '';
  let wasUnspaced = false;
  for (const { segment } of graphemes.segment(bare)) {
    const isUnspaced = UNSPACED_LETTER.test(segment);
    if (isUnspaced || wasUnspaced) found.add(prefix.replace(PUNCTUATION, ''));
    prefix += segment;
    wasUnspaced = isUnspaced;
  }
  return [...found].filter(isLongEnough).sort((a, b) => b.length - a.length);
}

const isLongEnough = (name: string): boolean => Array.from(name).length > 1;
