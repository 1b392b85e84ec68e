/** Two properties of which a command takes exactly one, such as a channel or a user. */
import { registerDecorator, ValidateIf } from 'class-validator';

/**
 * Put on both properties: each is required where the other is missing, and refused beside it. What is given is validated
 * by the property's other decorators.
 */
export function IsInsteadOf(other: string): PropertyDecorator {
  return (target, property) => {
    const given = (dto: object, name: string): boolean => (dto as Record<string, unknown>)[name] !== undefined;
    const own = String(property);
    ValidateIf((dto: object) => given(dto, own) || !given(dto, other))(target, property);
    registerDecorator({
      name: 'isInsteadOf',
      target: target.constructor,
      propertyName: own,
      validator: {
        validate: (_value, args) => args !== undefined && given(args.object, own) !== given(args.object, other),
        defaultMessage: () => `give either ${own} or ${other}`,
      },
    });
  };
}
