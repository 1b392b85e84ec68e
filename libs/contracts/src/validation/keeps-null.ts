/** Marks properties in which `null` is a value of its own. In every other optional property, `null` counts as absent. */
import { registerDecorator } from 'class-validator';

/** The name of the rule in the validation metadata. */
export const KEEPS_NULL = 'keepsNull';

/** Used beside `@IsOptional()` where `null` differs from an absent property, for example to clear a value. */
export function KeepsNull(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: KEEPS_NULL,
      target: target.constructor,
      propertyName: String(property),
      validator: { validate: () => true },
    });
  };
}
