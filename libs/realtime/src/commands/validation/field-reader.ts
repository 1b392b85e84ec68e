/** How the value of one property is read: copied as it is, converted, or made an instance, as `@Type` says. */
import type { TypeMetadata } from 'class-transformer';
import type { Constructor } from '@aeturnis/contracts';
import { isPlain, listCopy, plainCopy, UNCOPIED } from './plain-copy';
import { Unsupported } from './unsupported';

/** Makes an instance of a nested class, or says UNCOPIED. */
export type Build = (payload: Record<string, unknown>) => object | undefined;

/** Reads the value `object[name]` for `instance`; UNCOPIED where class-transformer had better do it. */
export type FieldReader = (value: unknown, instance: object, object: object) => unknown;

type Read = (value: unknown) => unknown;

const CONVERSIONS = new Map<unknown, Read>([
  [String, String],
  [Number, Number],
  [Boolean, Boolean],
]);
/** Classes that class-transformer, or their constructor, treats in a way of its own. */
const BUILT_IN = new Set<unknown>([Object, Array, Date, Buffer, Map, Set, Promise, Symbol, BigInt, Function]);

/** @throws Unsupported where the type depends on more than the property. */
export function readerOf(
  name: string,
  sample: object,
  type: TypeMetadata | undefined,
  nested: (dto: Constructor<object>) => Build,
): FieldReader {
  if (!type) return plainCopy;
  // Also where the type says nothing of them, as with options from plain JavaScript.
  const { typeFunction, options } = type as Partial<TypeMetadata>;
  const reflectedType: unknown = type.reflectedType;
  if (!typeFunction || options?.discriminator || reflectedType === Map)
    throw new Unsupported(`the type of '${name}' depends on its value`);
  const typeOf = (newObject: object, object: object): unknown =>
    typeFunction({ newObject, object: object as Record<string, unknown>, property: name });
  const told = typeOf(sample, {});
  const listed = reflectedType === Array;
  const convert = CONVERSIONS.get(told);
  const read = convert ? converter(convert) : maker(nested(classOf(name, told)));
  return (value, instance, object) => {
    // The function may think differently of another object.
    if (typeOf(instance, object) !== told) return UNCOPIED;
    // The list is made by what the property is declared as: a set, for example.
    if (Array.isArray(value) && !listed) return UNCOPIED;
    return read(value);
  };
}

function classOf(name: string, told: unknown): Constructor<object> {
  if (typeof told !== 'function' || BUILT_IN.has(told) || typeof told.prototype !== 'object')
    throw new Unsupported(`the type of '${name}' is no class with properties`);
  return told as Constructor<object>;
}

function converter(convert: Read): Read {
  return function read(value): unknown {
    if (value === null) return null;
    if (Array.isArray(value)) return listCopy(value, read);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? convert(value)
      : UNCOPIED;
  };
}

function maker(build: Build): Read {
  return function read(value): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return listCopy(value, read);
    return isPlain(value) ? build(value) : UNCOPIED;
  };
}
