/** A validator for email addresses that refuses invalid Unicode text instead of throwing. */
import { textProblem } from '@aeturnis/contracts';
import { isEmail, registerDecorator } from 'class-validator';

const MAX_LENGTH = 254;

/** `isEmail` throws on lone surrogates, so the text is checked first. */
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
