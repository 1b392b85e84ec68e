/** Ids in requests: UUIDs in whatever case a client writes them, in lower case for all that the server does with them. */
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, isUUID, IsUUID } from 'class-validator';

/** The one spelling of an id under which rooms, caches and tables know it; what is no UUID stays as it is. */
export function canonicalId<T>(value: T): T | string {
  return isUUID(value, 'all') ? (value as string).toLowerCase() : value;
}

/** For a property that may hold an id among other things: makes it canonical and validates nothing. */
export function CanonicalId(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map(canonicalId) : canonicalId(value),
  );
}

/** A property that holds one id. */
export function IsId(): PropertyDecorator {
  return decorate(CanonicalId(), IsUUID('all'));
}

/** A property that holds a list of ids. */
export function IsIdList({ min = 0, max }: { min?: number; max: number }): PropertyDecorator {
  return decorate(CanonicalId(), IsArray(), ArrayMinSize(min), ArrayMaxSize(max), IsUUID('all', { each: true }));
}

function decorate(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    // As TypeScript applies what stands above a property: the last one first.
    for (const decorator of decorators.toReversed()) decorator(target, property);
  };
}
