/** Properties in which `null` is a value of its own. In every other one that may be absent it means that it is absent. */
import { registerDecorator } from 'class-validator';

/** The name under which the rule is found among those of a property. */
export const KEEPS_NULL = 'keepsNull';

/** Put beside `@IsOptional()` where `null` means something else than an absent property, such as to clear a value. */
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
