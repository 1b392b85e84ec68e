/** `@IsNodeId()` validates the name of a node. Operators choose it, so it can be any printable text. */
import { applyDecorators } from '@nestjs/common';
import { Length, Matches } from 'class-validator';

export const MAX_NODE_ID_LENGTH = 255;
export const NODE_ID = /^[^\p{C}]+$/u;

export const IsNodeId = (): PropertyDecorator =>
  applyDecorators(
    Length(1, MAX_NODE_ID_LENGTH),
    Matches(NODE_ID, { message: '$property must be the name of a node, of printable characters' }),
  );
