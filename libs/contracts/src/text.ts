/** What a player may write: limits in code points, lines and combining marks, so that no text breaks a chat window. */
import { registerDecorator, type ValidationOptions } from 'class-validator';

export interface TextLimits {
  /** Most code points, surrounding white space included. */
  max: number;
  /** Most lines; 1 forbids line breaks. */
  lines?: number;
}

const MAX_STACKED_MARKS = 4;
// With the spacing ones, such as vowel signs, which stand beside the letter: Burmese has six, and some two more.
const MAX_MARKS_IN_A_ROW = 8;
// What is not seen between two marks does not part them.
const UNSEEN = '(?:(?!\\p{M})[\\p{Cf}\\p{DI}])*';
const STACKED_MARKS = new RegExp(
  `(?:[\\p{Mn}\\p{Me}]${UNSEEN}){${MAX_STACKED_MARKS + 1}}|(?:\\p{M}${UNSEEN}){${MAX_MARKS_IN_A_ROW + 1}}`,
  'u',
);
// Control characters other than tab and line break, lone surrogates, and the overrides that turn text around.
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;
// The default ignorable ones count letters that show nothing, such as Hangul fillers; the blank of braille does not.
const VISIBLE = /[^\p{Z}\p{C}\p{M}\p{DI}\u2800]/u;
const LINE_BREAK = /[\n\u2028\u2029]/;

/** Control characters, which no display shows, and halves of characters, which no database takes. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

/** Says in words what is wrong with a text, or null where nothing is. */
export function textProblem(text: string, { max, lines = 10 }: TextLimits): string | null {
  // Each code point has at most two units: the cheap bound first, so that a huge string is not walked.
  if (text.length > max * 2 || Array.from(text).length > max) return `must be at most ${max} characters`;
  if (!VISIBLE.test(text)) return 'must not be blank';
  if (FORBIDDEN.test(text)) return 'must not contain control characters';
  if (STACKED_MARKS.test(text)) return `must not stack more than ${MAX_STACKED_MARKS} combining marks`;
  if (text.split(LINE_BREAK).length > lines) return lines === 1 ? 'must be one line' : `must be at most ${lines} lines`;
  return null;
}

/** Validates a short text that nobody reads, such as a mark of a client: 1 to `max` characters, none that cannot be stored. */
export function IsPlainText({ max }: Pick<TextLimits, 'max'>): PropertyDecorator {
  const isPlain = (value: unknown): boolean =>
    typeof value === 'string' && value.length >= 1 && value.length <= max && !UNSTORABLE.test(value);
  return (target, property) => {
    registerDecorator({
      name: 'isPlainText',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: isPlain,
        defaultMessage: () => `${String(property)} must be 1 to ${max} characters without control characters`,
      },
    });
  };
}

/** Validates a property with `textProblem`. */
export function IsPlayerText(limits: TextLimits, options?: ValidationOptions): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isPlayerText',
      target: target.constructor,
      propertyName: property as string,
      ...(options === undefined ? {} : { options }),
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
