/** Validation of player-written text: limits on code points, lines and combining marks keep chat windows readable. */
import { registerDecorator } from 'class-validator';

export interface TextLimits {
  /** The most code points, including surrounding white space. */
  max: number;
  /** The most lines; 1 forbids line breaks. */
  lines?: number;
}

const MAX_STACKED_MARKS = 4;
// Includes spacing marks, such as vowel signs, which stand beside the letter: six in Burmese, up to eight elsewhere.
const MAX_CONSECUTIVE_MARKS = 8;
// Invisible characters between two marks do not separate them.
const INVISIBLE = '(?:(?!\\p{M})[\\p{Cf}\\p{DI}])*';
const STACKED_MARKS = new RegExp(
  `(?:[\\p{Mn}\\p{Me}]${INVISIBLE}){${MAX_STACKED_MARKS + 1}}|(?:\\p{M}${INVISIBLE}){${MAX_CONSECUTIVE_MARKS + 1}}`,
  'u',
);
// Control characters other than tab and line break, lone surrogates, and bidirectional overrides.
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;
// Default ignorable code points include letters that show nothing, such as Hangul fillers, but not the blank of braille.
const VISIBLE = /[^\p{Z}\p{C}\p{M}\p{DI}\u2800]/u;
const LINE_BREAK = /[\n\u2028\u2029]/;

/** Control characters, which no display shows, and lone surrogates, which no database stores. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

/** The error message for an invalid text; null for a valid one. */
export function textProblem(text: string, { max, lines = 10 }: TextLimits): string | null {
  // A code point has at most two units. The cheap bound comes first, so that a huge string is not iterated.
  if (text.length > max * 2 || Array.from(text).length > max) return `must be at most ${max} characters`;
  if (!VISIBLE.test(text)) return 'must not be blank';
  if (FORBIDDEN.test(text)) return 'must not contain control characters';
  if (STACKED_MARKS.test(text)) return `must not stack more than ${MAX_STACKED_MARKS} combining marks`;
  if (text.split(LINE_BREAK).length > lines) return lines === 1 ? 'must be one line' : `must be at most ${lines} lines`;
  return null;
}

/** Validates a short text for machines, such as a client's dedup key: 1 to `max` characters that can all be stored. */
export function IsPlainText({ max }: Pick<TextLimits, 'max'>): PropertyDecorator {
  const isPlain = (value: unknown): boolean =>
    typeof value === 'string' && value.length >= 1 && value.length <= max && !UNSTORABLE.test(value);
  return (target, property) => {
    registerDecorator({
      name: 'isPlainText',
      target: target.constructor,
      propertyName: String(property),
      constraints: [{ max }],
      validator: {
        validate: isPlain,
        defaultMessage: () => `${String(property)} must be 1 to ${max} characters without control characters`,
      },
    });
  };
}

/** Validates a property with `textProblem`. */
export function IsPlayerText(limits: TextLimits): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isPlayerText',
      target: target.constructor,
      propertyName: property as string,
      constraints: [limits],
      validator: {
        validate: (value: unknown) => typeof value === 'string' && textProblem(value, limits) === null,
        defaultMessage: (args) => {
          const value: unknown = args?.value;
          const problem = typeof value === 'string' ? textProblem(value, limits) : 'must be a string';
          return `${String(property)} ${problem}`;
        },
      },
    });
  };
}
