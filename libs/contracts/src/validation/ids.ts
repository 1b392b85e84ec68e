/** Ids in requests: clients may write UUIDs in any case, and the server converts them to lower case. */
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, isUUID, IsUUID } from 'class-validator';

/** The lower-case form of a UUID, which rooms, caches and tables use; any other value is returned unchanged. */
export function canonicalId<T>(value: T): T | string {
  return isUUID(value, 'all') ? (value as string).toLowerCase() : value;
}

/** Converts a property that may contain an id to its canonical form, without validating it. */
export function CanonicalId(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map(canonicalId) : canonicalId(value),
  );
}

/** Validates a property that contains one id. */
export function IsId(): PropertyDecorator {
  return decorate(CanonicalId(), IsUUID('all'));
}

/** Validates a property that contains a list of ids. */
export function IsIdList({ min = 0, max }: { min?: number; max: number }): PropertyDecorator {
  return decorate(CanonicalId(), IsArray(), ArrayMinSize(min), ArrayMaxSize(max), IsUUID('all', { each: true }));
}

function decorate(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    // TypeScript applies the decorators of a property in this order: the last one first.
    for (const decorator of decorators.toReversed()) decorator(target, property);
  };
}
