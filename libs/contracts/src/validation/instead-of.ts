/** Mutually exclusive properties: a command takes exactly one, such as a channel, a user or a character. */
import { registerDecorator, ValidateIf } from 'class-validator';

/**
 * Decorates each of the alternatives: a property is required if all others are missing, and refused beside another one.
 * The other decorators of a property validate its value if it is given.
 */
export function IsInsteadOf(...others: readonly string[]): PropertyDecorator {
  return (target, property) => {
    const isGiven = (dto: object, name: string): boolean => (dto as Record<string, unknown>)[name] !== undefined;
    const own = String(property);
    const isOtherGiven = (dto: object): boolean => others.some((other) => isGiven(dto, other));
    ValidateIf((dto: object) => isGiven(dto, own) || !isOtherGiven(dto))(target, property);
    registerDecorator({
      name: 'isInsteadOf',
      target: target.constructor,
      propertyName: own,
      validator: {
        validate: (_value, args) => args !== undefined && isGiven(args.object, own) !== isOtherGiven(args.object),
        defaultMessage: () =>
          others.length === 1
            ? `give either ${own} or ${others[0]}`
            : `give exactly one of ${[own, ...others].join(', ')}`,
      },
    });
  };
}
