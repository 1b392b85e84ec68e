/** The rules for names in any script: letters with their marks, joiners where a script needs them, single separators. */
import { registerDecorator } from 'class-validator';
import { canonicalName } from './name-keys';
import { hasCompatibleScripts } from './script-mixing';

/** `max` counts grapheme clusters (UAX 29), which a reader takes for one character; `min` counts letters and vowel signs. */
export const NAME_LENGTH = { min: 2, max: 20 } as const;
/** In UTF-8; bounds the size of events that contain many names. */
const MAX_NAME_BYTES = 80;
/** No valid name has more, since only the first code point of a character can have less than two bytes. */
export const MAX_NAME_CODE_POINTS = 50;

export interface NameRules {
  /** Whether digits, full stops and underscores may be part of it. */
  readonly digits: boolean;
}

// Decomposed, a code point has at most three others beside it.
const MAX_INPUT_LENGTH = MAX_NAME_CODE_POINTS * 4;
const utf8 = new TextEncoder();
const MARKS = '[\\p{M}\\u200c\\u200d]*';
// UAX 31, table 3a: characters inside names. A geresh may end a word.
const WORD_SEPARATORS = "'’\\-‐֊·‧゠・་״";
const SEPARATOR = `[ ${WORD_SEPARATORS}]`;
/** Characters of names besides letters, marks, digits and spaces, for a character class in a regular expression. */
export const NAME_PUNCTUATION = `${WORD_SEPARATORS}׳._`;
/** Search terms for names, in any Unicode normalisation form. Also matches names that are older than these rules. */
export const NAME_SEARCH_PATTERN = new RegExp(
  `^[\\p{L}\\p{M}\\p{N} ${NAME_PUNCTUATION}\\u200c\\u200d]{1,${MAX_INPUT_LENGTH}}$`,
  'u',
);
const WORD = `(?:\\p{L}${MARKS}׳?)+`;
const WORD_WITH_DIGITS = `(?:\\p{L}${MARKS}׳?|[0-9])+`;
const WORDS = new RegExp(`^${WORD}(?:${SEPARATOR}${WORD})*$`, 'u');
const WORDS_WITH_DIGITS = new RegExp(`^${WORD_WITH_DIGITS}(?:(?:${SEPARATOR}|[._])${WORD_WITH_DIGITS})*$`, 'u');
const LETTER = /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}]/u;
const COUNTED = /(?!\p{Script=Inherited})[\p{L}\p{M}0-9]/gu;

// Invisible characters would make two names look alike: Hangul fillers, variation selectors, and the lengthening stroke.
const INVISIBLE = /(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}|[\u0640\u07fa]/u;
const MARKS_IN_A_ROW = /\p{M}{2,}/gu;
// Drawn across or around a letter; no orthography needs them beside the composed letters.
const OVERLAY = /[\p{Me}\u0334-\u0338\u20d0-\u20f0]/u;
// Marks of no script in particular, such as accents: a letter has up to two beside the composed ones.
const ACCENTS = /(?!\p{scx=Arabic})\p{Script=Inherited}/gu;
const MAX_ACCENTS = 2;
// UTS 39, 5.4: marks stacked on one another, and a repeated mark. Spacing marks stand beside the letter, and a few scripts
// put letters below letters.
const STACKED =
  /\p{Mn}{5,}|(?![\p{Script=Hebrew}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}])\p{Mn}{4,}|(\p{M}).*\1/u;
const MAX_MARKS = 8;

// UAX 31 and RFC 5892: the contexts in which joiners change how the text reads.
const VIRAMA = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u1039\\u17d2]';
const ARABIC = '(?=\\p{L})\\p{scx=Arab}';
const JOINERS = new RegExp(
  [
    `(?<=\\p{L}\\p{M}*${VIRAMA})\\u200d`,
    `(?<=\\p{L})\\u200d(?=${VIRAMA})`,
    `(?<=\\p{L}\\p{M}*${VIRAMA})\\u200c(?=\\p{L})`,
    `(?<=${ARABIC}\\p{M}*)\\u200c(?=${ARABIC})`,
  ].join('|'),
  'gu',
);
const JOINER = /[\u200c\u200d]/;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const TOO_LONG = `must have at most ${NAME_LENGTH.max} characters and ${MAX_NAME_BYTES} bytes`;

/** The error message for an invalid name; null for a valid one. */
export function nameProblem(name: string, { digits }: NameRules): string | null {
  if (name.length > MAX_INPUT_LENGTH) return TOO_LONG;
  const canonical = canonicalName(name);
  if (utf8.encode(canonical).length > MAX_NAME_BYTES) return TOO_LONG;
  if ([...graphemes.segment(canonical)].length > NAME_LENGTH.max) return TOO_LONG;
  if ((canonical.match(COUNTED) ?? []).length < NAME_LENGTH.min) {
    return `must have at least ${NAME_LENGTH.min} ${digits ? 'letters or digits' : 'letters'}`;
  }
  if (!(digits ? WORDS_WITH_DIGITS : WORDS).test(canonical) || !LETTER.test(canonical) || INVISIBLE.test(canonical)) {
    const letters = digits
      ? 'letters and digits, with single spaces, full stops, underscores'
      : 'letters, with single spaces';
    return `must consist of ${letters}, apostrophes or hyphens between them`;
  }
  if (JOINER.test(canonical.replace(JOINERS, ''))) return 'must have joiners only where its script needs them';
  if (OVERLAY.test(canonical) || (canonical.match(MARKS_IN_A_ROW) ?? []).some(hasExcessiveMarks)) {
    return 'must consist of letters with no more marks than their script needs';
  }
  return hasCompatibleScripts(canonical) ? null : 'must not mix letters of different scripts';
}

function hasExcessiveMarks(marks: string): boolean {
  return marks.length > MAX_MARKS || STACKED.test(marks) || (marks.match(ACCENTS) ?? []).length > MAX_ACCENTS;
}

/** Validates a property with `nameProblem`. */
export function IsName(rules: NameRules): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isName',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) => typeof value === 'string' && nameProblem(value, rules) === null,
        defaultMessage: (args) => {
          const value: unknown = args?.value;
          return `${String(property)} ${typeof value === 'string' ? nameProblem(value, rules) : 'must be a string'}`;
        },
      },
    });
  };
}
