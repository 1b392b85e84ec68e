/** The private parts of class-transformer that DTO plans need, and the check that they work before the first plan is made. */
import { Transform, type TransformFnParams, TransformationType, Type } from 'class-transformer';
import { defaultOptions } from 'class-transformer/cjs/constants/default-options.constant';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';

export { defaultMetadataStorage, defaultOptions };

type Storage = Pick<typeof defaultMetadataStorage, 'findTransformMetadatas' | 'findTypeMetadata'>;

const probeTransform = ({ value }: TransformFnParams): unknown => value;

class NestedProbe {}
class ProbeDto {
  @Transform(probeTransform) changed?: string;
  @Type(() => NestedProbe) typed?: NestedProbe;
}

/**
 * Whether the metadata of the decorators can be read. If not, plans would ignore the decorators, so DTOs are then validated
 * by class-transformer and class-validator alone, which takes longer.
 */
export function canReadDecorators(storage: Partial<Storage> = defaultMetadataStorage): boolean {
  try {
    const [found] = storage.findTransformMetadatas?.(ProbeDto, 'changed', TransformationType.PLAIN_TO_CLASS) ?? [];
    const typed = storage.findTypeMetadata?.(ProbeDto, 'typed');
    return found?.transformFn === probeTransform && typed?.typeFunction() === NestedProbe;
  } catch {
    return false;
  }
}
