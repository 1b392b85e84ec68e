/** Readers of property values: copy a value, convert it, or create an instance, according to `@Type`. */
import type { TypeMetadata } from 'class-transformer';
import type { Constructor } from '@aeturnis/contracts';
import { isPlainRecord, listCopy, plainCopy, UNCOPIED } from './plain-copy';
import { UnsupportedDtoError } from './unsupported-dto-error';

/** Creates an instance of a nested class, or returns UNCOPIED. */
export type NestedBuilder = (payload: Record<string, unknown>) => object | undefined;

/** Reads the value `object[name]` for `instance`; UNCOPIED if class-transformer has to do it. */
export type FieldReader = (value: unknown, instance: object, object: object) => unknown;

type ValueReader = (value: unknown) => unknown;

const CONVERSIONS = new Map<unknown, ValueReader>([
  [String, String],
  [Number, Number],
  [Boolean, Boolean],
]);
/** Classes with special treatment by class-transformer or by their constructor. */
const BUILT_IN = new Set<unknown>([Object, Array, Date, Buffer, Map, Set, Promise, Symbol, BigInt, Function]);

/** @throws UnsupportedDtoError if the type depends on more than the property. */
export function createFieldReader(
  name: string,
  sample: object,
  type: TypeMetadata | undefined,
  nested: (dto: Constructor<object>) => NestedBuilder,
): FieldReader {
  if (!type) return plainCopy;
  // Declared as optional, because plain JavaScript may omit them.
  const { typeFunction, options } = type as Partial<TypeMetadata>;
  const reflectedType: unknown = type.reflectedType;
  if (!typeFunction || options?.discriminator || reflectedType === Map)
    throw new UnsupportedDtoError(`the type of '${name}' depends on its value`);
  const typeOf = (newObject: object, object: object): unknown =>
    typeFunction({ newObject, object: object as Record<string, unknown>, property: name });
  const declaredType = typeOf(sample, {});
  const isList = reflectedType === Array;
  const convert = CONVERSIONS.get(declaredType);
  const read = convert ? createConverter(convert) : createInstanceReader(nested(classOf(name, declaredType)));
  return (value, instance, object) => {
    // The function may return another type for another object.
    if (typeOf(instance, object) !== declaredType) return UNCOPIED;
    // class-transformer would create the declared collection, for example a Set.
    if (Array.isArray(value) && !isList) return UNCOPIED;
    return read(value);
  };
}

function classOf(name: string, declaredType: unknown): Constructor<object> {
  if (typeof declaredType !== 'function' || BUILT_IN.has(declaredType) || typeof declaredType.prototype !== 'object')
    throw new UnsupportedDtoError(`the type of '${name}' is not a class with properties`);
  return declaredType as Constructor<object>;
}

function createConverter(convert: ValueReader): ValueReader {
  return function read(value): unknown {
    if (value === null) return null;
    if (Array.isArray(value)) return listCopy(value, read);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? convert(value)
      : UNCOPIED;
  };
}

function createInstanceReader(build: NestedBuilder): ValueReader {
  return function read(value): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return listCopy(value, read);
    return isPlainRecord(value) ? build(value) : UNCOPIED;
  };
}
