/** What a character may be called, and when two names are the same. */
import { registerDecorator } from 'class-validator';

export const NAME_LENGTH = { min: 3, max: 20 } as const;

// Every accepted name is shorter even when each of its letters comes as a base with marks of its own.
const LONGEST_INPUT = NAME_LENGTH.max * 4;
// Words of letters, each letter with at most two marks that have no composed form, joined by single separators.
const WORDS = /^(?:\p{L}\p{M}{0,2})+(?:[ '-](?:\p{L}\p{M}{0,2})+)*$/u;
// Letters that are drawn as nothing, such as the Hangul fillers, would make two names look alike.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

const TOO_LONG = `must have at most ${NAME_LENGTH.max} characters`;

/** The form in which a name is kept and shown. */
export function canonicalName(name: string): string {
  return name.normalize('NFC');
}

/** Says in words what is wrong with a name, or null where nothing is. */
export function nameProblem(name: string): string | null {
  if (name.length > LONGEST_INPUT) return TOO_LONG;
  const canonical = canonicalName(name);
  const length = Array.from(canonical).length;
  if (length > NAME_LENGTH.max) return TOO_LONG;
  if (length < NAME_LENGTH.min) return `must have at least ${NAME_LENGTH.min} characters`;
  if (INVISIBLE.test(canonical) || !WORDS.test(canonical)) {
    return 'must consist of letters, with single spaces, apostrophes or hyphens between them';
  }
  return null;
}

/** Equal for names that differ in case or compatibility forms alone. */
export function nameKey(name: string): string {
  // Through upper case, because lower case alone keeps ß apart from SS and a final sigma from the others;
  // and to lower case before, because the capital ẞ is its own upper case.
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/** Validates a property with `nameProblem`. */
export function IsCharacterName(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isCharacterName',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) => typeof value === 'string' && nameProblem(value) === null,
        defaultMessage: (args) => {
          const value: unknown = args?.value;
          return `${String(property)} ${typeof value === 'string' ? nameProblem(value) : 'must be a string'}`;
        },
      },
    });
  };
}
