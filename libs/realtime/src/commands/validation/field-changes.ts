/** What the functions of `@Transform` make of a value before it is read. */
import { type TransformFnParams, type TransformOptions, TransformationType } from 'class-transformer';
import type { Constructor } from '@aeturnis/contracts';
import { defaultMetadataStorage, defaultOptions } from './class-transformer-internals';
import type { FieldReader } from './field-reader';
import { plainCopy, UNCOPIED } from './plain-copy';
import { Unsupported } from './unsupported';

const OPTIONS = { ...defaultOptions, enableImplicitConversion: false };

/**
 * A reader of what they answer; the same reader where there are none. They are called again where the long way has to tell.
 * @throws Unsupported where they depend on groups or versions, or the property has a type besides.
 */
export function changedReader(dto: Constructor<object>, name: string, read: FieldReader): FieldReader {
  const changes = defaultMetadataStorage.findTransformMetadatas(dto, name, TransformationType.PLAIN_TO_CLASS);
  if (changes.length === 0) return read;
  const typed = defaultMetadataStorage.findTypeMetadata(dto, name) as unknown;
  if (typed || changes.some((change) => isBound(change.options)))
    throw new Unsupported(`'${name}' is transformed in a way of its own`);
  const functions = changes.map(({ transformFn }) => transformFn as (told: TransformFnParams) => unknown);
  return (value, instance, obj) => {
    // They are told a copy, as by class-transformer: of what no wire makes, it tells them something else.
    let changed = plainCopy(value);
    if (changed === UNCOPIED) return UNCOPIED;
    for (const change of functions)
      changed = change({ value: changed, key: name, obj, type: TransformationType.PLAIN_TO_CLASS, options: OPTIONS });
    return read(changed, instance, obj);
  };
}

/** Also where there are no options at all, as with what plain JavaScript declares. */
function isBound(options: Partial<TransformOptions> | undefined): boolean {
  return [options?.groups, options?.since, options?.until].some((bound) => bound !== undefined);
}
