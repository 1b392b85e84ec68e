/** `@NodeIdParam('id')` validates the name of a node in the path. */
import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { AppError } from '@aeturnis/contracts';
import { MAX_NODE_ID_LENGTH, NODE_ID } from './is-node-id.decorator';

class NodeIdPipe implements PipeTransform<unknown, string> {
  constructor(private readonly field: string) {}

  /** @throws AppError VALIDATION. */
  transform(value: unknown): string {
    if (typeof value === 'string' && value.length <= MAX_NODE_ID_LENGTH && NODE_ID.test(value)) return value;
    const problem = `${this.field} must be the name of a node, of at most ${MAX_NODE_ID_LENGTH} printable characters`;
    throw new AppError('VALIDATION', `Invalid: ${problem}`, { details: [{ field: this.field, problems: [problem] }] });
  }
}

export function NodeIdParam(name: string): ParameterDecorator {
  const read = Param(name, new NodeIdPipe(name));
  const describe = ApiParam({ name, schema: { type: 'string', minLength: 1, maxLength: MAX_NODE_ID_LENGTH } });
  return (target, property, index) => {
    read(target, property, index);
    if (property === undefined) return;
    describe(target, property, Object.getOwnPropertyDescriptor(target, property) ?? {});
  };
}
