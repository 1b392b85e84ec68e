/** What plans need of class-transformer beyond its public API, in one place, and proved before the first plan is made. */
import { Transform, type TransformFnParams, TransformationType, Type } from 'class-transformer';
import { defaultOptions } from 'class-transformer/cjs/constants/default-options.constant';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';

export { defaultMetadataStorage, defaultOptions };

type Storage = Pick<typeof defaultMetadataStorage, 'findTransformMetadatas' | 'findTypeMetadata'>;

const change = ({ value }: TransformFnParams): unknown => value;

class Inner {}
class Outer {
  @Transform(change) changed?: string;
  @Type(() => Inner) typed?: Inner;
}

/**
 * Whether what the decorators say is found. Where it is not, a plan would leave out what they ask for: DTOs are then validated
 * by class-transformer and class-validator alone, which takes longer.
 */
export function knowsDecorators(storage: Partial<Storage> = defaultMetadataStorage): boolean {
  try {
    const [found] = storage.findTransformMetadatas?.(Outer, 'changed', TransformationType.PLAIN_TO_CLASS) ?? [];
    const typed = storage.findTypeMetadata?.(Outer, 'typed');
    return found?.transformFn === change && typed?.typeFunction() === Inner;
  } catch {
    return false;
  }
}
