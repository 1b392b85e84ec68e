/** Validates email addresses without trusting that what is checked is text that can be encoded. */
import { textProblem } from '@aeturnis/contracts';
import { isEmail, registerDecorator } from 'class-validator';

const MAX_LENGTH = 254;

/** The validator of addresses throws at lone surrogates, so the text is checked first. */
const isEmailAddress = (value: unknown): boolean =>
  typeof value === 'string' && textProblem(value, { max: MAX_LENGTH, lines: 1 }) === null && isEmail(value);

export function IsEmailAddress(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isEmailAddress',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: isEmailAddress,
        defaultMessage: () => `${String(property)} must be an email address of at most ${MAX_LENGTH} characters`,
      },
    });
  };
}
