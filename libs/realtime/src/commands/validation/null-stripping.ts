/** Treats `null` in an optional property as absent, because the serialisers of many languages write absent values as null. */
import { getMetadataStorage } from 'class-validator';
import { type Constructor, KEEPS_NULL } from '@aeturnis/contracts';

/** The rule kind of `@IsOptional()` and `@ValidateIf()`. */
const CONDITIONAL_RULE = 'conditionalValidation';

/**
 * Creates a function that removes the nulls of optional properties, so that defaults apply and no handler receives them.
 * Properties with `@KeepsNull()` keep theirs.
 */
export function createNullStripper(dto: Constructor<object>): (payload: object) => object {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const nullableFields = new Set(
    rules.filter(({ name }) => name === KEEPS_NULL).map(({ propertyName }) => propertyName),
  );
  const conditional = rules.filter(
    ({ type, propertyName }) => type === CONDITIONAL_RULE && !nullableFields.has(propertyName),
  );
  const names = [...new Set(conditional.map(({ propertyName }) => propertyName))];
  return (payload) => {
    let stripped = payload as Record<string, unknown>;
    for (const name of names) {
      if (stripped[name] !== null || !Object.hasOwn(stripped, name)) continue;
      if (stripped === payload) stripped = { ...stripped };
      Reflect.deleteProperty(stripped, name);
    }
    return stripped;
  };
}
