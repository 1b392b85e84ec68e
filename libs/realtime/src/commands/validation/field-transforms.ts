/** Applies the functions of `@Transform` to a value before it is read. */
import { type TransformFnParams, type TransformOptions, TransformationType } from 'class-transformer';
import type { Constructor } from '@aeturnis/contracts';
import { defaultMetadataStorage, defaultOptions } from './class-transformer-internals';
import type { FieldReader } from './field-reader';
import { plainCopy, UNCOPIED } from './plain-copy';
import { UnsupportedDtoError } from './unsupported-dto-error';

const OPTIONS = { ...defaultOptions, enableImplicitConversion: false };

/**
 * A reader of the transformed value; the given reader if the property has no `@Transform`. The functions are called again if
 * class-validator has to decide. @throws UnsupportedDtoError if they use groups or versions, or the property has a `@Type`.
 */
export function transformingReader(dto: Constructor<object>, name: string, read: FieldReader): FieldReader {
  const transforms = defaultMetadataStorage.findTransformMetadatas(dto, name, TransformationType.PLAIN_TO_CLASS);
  if (transforms.length === 0) return read;
  const typed = defaultMetadataStorage.findTypeMetadata(dto, name) as unknown;
  if (typed || transforms.some(({ options }) => hasGroupsOrVersions(options)))
    throw new UnsupportedDtoError(`'${name}' is transformed by groups, by versions or together with a type`);
  const transformFunctions = transforms.map(({ transformFn }) => transformFn as (params: TransformFnParams) => unknown);
  return (value, instance, obj) => {
    // Like class-transformer, passes a copy. Values that no decoder produces would get another copy there.
    let result = plainCopy(value);
    if (result === UNCOPIED) return UNCOPIED;
    for (const transform of transformFunctions)
      result = transform({ value: result, key: name, obj, type: TransformationType.PLAIN_TO_CLASS, options: OPTIONS });
    return read(result, instance, obj);
  };
}

/** `options` may be undefined for declarations in plain JavaScript. */
function hasGroupsOrVersions(options: Partial<TransformOptions> | undefined): boolean {
  return [options?.groups, options?.since, options?.until].some((bound) => bound !== undefined);
}
