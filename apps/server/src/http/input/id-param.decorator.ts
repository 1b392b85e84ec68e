/** `@IdParam` validates an id in the path and converts it to canonical form, like ids in bodies. */
import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { AppError, canonicalId } from '@aeturnis/contracts';
import { isUUID } from 'class-validator';

class IdPipe implements PipeTransform<unknown, string> {
  constructor(private readonly field: string) {}

  /** @throws AppError VALIDATION. */
  transform(value: unknown): string {
    const problem = `${this.field} must be a UUID`;
    if (!isUUID(value, 'all'))
      throw new AppError('VALIDATION', `Invalid: ${problem}`, {
        details: [{ field: this.field, problems: [problem] }],
      });
    return canonicalId(value) as string;
  }
}

/** `@IdParam('userId') userId: string` injects the path parameter `:userId` in lower case. */
export function IdParam(name: string): ParameterDecorator {
  const read = Param(name, new IdPipe(name));
  const describe = ApiParam({ name, schema: { type: 'string', format: 'uuid' } });
  return (target, property, index) => {
    read(target, property, index);
    if (property === undefined) return;
    describe(target, property, Object.getOwnPropertyDescriptor(target, property) ?? {});
  };
}
