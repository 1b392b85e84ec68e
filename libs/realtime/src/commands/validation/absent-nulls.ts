/** `null` in a property that may be absent means that it is absent: the serialisers of many languages write it so. */
import { getMetadataStorage } from 'class-validator';
import { type Constructor, KEEPS_NULL } from '@aeturnis/contracts';

/** The kind of rule that `@IsOptional()` and `@ValidateIf()` leave. */
const CONDITION = 'conditionalValidation';

/**
 * A function that leaves the nulls of such properties out, so that defaults apply and no handler meets them; not where
 * `@KeepsNull()` says that they mean something.
 */
export function nullsLeftOut(dto: Constructor<object>): (payload: object) => object {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const keeping = new Set(rules.filter(({ name }) => name === KEEPS_NULL).map(({ propertyName }) => propertyName));
  const conditional = rules.filter(({ type, propertyName }) => type === CONDITION && !keeping.has(propertyName));
  const names = [...new Set(conditional.map(({ propertyName }) => propertyName))];
  return (payload) => {
    let rest = payload as Record<string, unknown>;
    for (const name of names) {
      if (rest[name] !== null || !Object.hasOwn(rest, name)) continue;
      if (rest === payload) rest = { ...rest };
      Reflect.deleteProperty(rest, name);
    }
    return rest;
  };
}
