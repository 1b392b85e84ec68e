/** A stricter reading of the documents for tests: no object has fields that its schema does not name. */
import type { EventDocument } from './event-document';
import type { JsonSchema } from './json-schema';

/** Answers have a result beside `success`, so that their own schemas stay open. */
const OPEN = new Set(['Succeeded', 'Dropped', 'Refused']);

export function closedDocument(document: EventDocument): EventDocument {
  const { messages, schemas } = document.components;
  const closedMessages = Object.entries(messages).map(([id, message]) => [
    id,
    { ...message, payload: close(message.payload) },
  ]);
  const closedSchemas = Object.entries(schemas).map(([name, schema]) => [
    name,
    OPEN.has(name) ? schema : close(schema),
  ]);
  return {
    ...document,
    components: { messages: Object.fromEntries(closedMessages), schemas: Object.fromEntries(closedSchemas) },
  };
}

export function close(schema: JsonSchema): JsonSchema {
  const { properties, items, anyOf, oneOf, allOf, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, close(value)])),
      additionalProperties: additionalProperties ?? false,
    }),
    ...(items && { items: Array.isArray(items) ? items.map(close) : close(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: close(additionalProperties) }),
    ...(anyOf && { anyOf: anyOf.map(close) }),
    ...(oneOf && properties === undefined && { oneOf: oneOf.map(close) }),
    ...(allOf && { allOf: allOf.map(close) }),
  };
}
