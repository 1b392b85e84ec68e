/** The answers that a command gets as its acknowledgement. */
import { type JsonSchema, SCHEMA_PREFIX } from './json-schema';

export const ANSWER_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Succeeded: {
    description: 'The command has succeeded; its result stands beside `success`.',
    type: 'object',
    properties: { success: { const: true } },
    required: ['success'],
  },
  Dropped: {
    description: 'The command was over its rate limit and dropped, without an error.',
    type: 'object',
    properties: { success: { const: true }, dropped: { const: true } },
    required: ['success', 'dropped'],
  },
  Refused: {
    description: 'The command has failed, and the error says why.',
    type: 'object',
    properties: { success: { const: false }, error: { $ref: `${SCHEMA_PREFIX}WireError` } },
    required: ['success', 'error'],
  },
};

const answer = (name: keyof typeof ANSWER_SCHEMAS): JsonSchema => ({ $ref: `${SCHEMA_PREFIX}${name}` });

export function ackSchema(result: JsonSchema, canBeDropped: boolean): JsonSchema {
  return {
    oneOf: [{ allOf: [answer('Succeeded'), result] }, ...(canBeDropped ? [answer('Dropped')] : []), answer('Refused')],
  };
}

/** The schema of the result inside that of the ack. */
export const resultSchemaOf = (ack: JsonSchema): JsonSchema => ack.oneOf?.[0]?.allOf?.[1] ?? {};
