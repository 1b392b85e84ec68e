/** Several properties of which a command takes exactly one, such as a channel, a user or a character. */
import { registerDecorator, ValidateIf } from 'class-validator';

/**
 * Put on each of them: it is required where all others are missing, and refused beside one. What is given is validated by
 * the property's other decorators.
 */
export function IsInsteadOf(...others: readonly string[]): PropertyDecorator {
  return (target, property) => {
    const given = (dto: object, name: string): boolean => (dto as Record<string, unknown>)[name] !== undefined;
    const own = String(property);
    const isOtherGiven = (dto: object): boolean => others.some((other) => given(dto, other));
    ValidateIf((dto: object) => given(dto, own) || !isOtherGiven(dto))(target, property);
    registerDecorator({
      name: 'isInsteadOf',
      target: target.constructor,
      propertyName: own,
      validator: {
        validate: (_value, args) => args !== undefined && given(args.object, own) !== isOtherGiven(args.object),
        defaultMessage: () =>
          others.length === 1
            ? `give either ${own} or ${others[0]}`
            : `give exactly one of ${[own, ...others].join(', ')}`,
      },
    });
  };
}
