/** The examples and limits of docs/events/events.json are true: its schemas accept what the server accepts and sends. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, EVENTS } from '@aeturnis/contracts';
import { WsValidationPipe } from '@aeturnis/realtime';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { resultSchemaOf } from './document/answer-schemas';
import { closedDocument } from './document/closed-schemas';
import { type EventDocument, idOf } from './document/event-document';
import type { JsonSchema } from './document/json-schema';

const path = join(__dirname, '../../docs/events/events.json');
const document = JSON.parse(readFileSync(path, 'utf8')) as EventDocument;
const { messages, schemas } = closedDocument(document).components;
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

const compile = (schema: JsonSchema): ValidateFunction => ajv.compile({ ...schema, components: { schemas } });
const problemsOf = (schema: JsonSchema, value: unknown): unknown => {
  const validate = compile(schema);
  return validate(value) ? [] : validate.errors;
};
const exampleOf = (id: string): Record<string, unknown> =>
  messages[id]?.examples[0]?.payload as Record<string, unknown>;
const payloadOf = (id: string): JsonSchema => messages[id]?.payload ?? {};

it.each(EVENTS.map(({ name }) => name))('event %s: its example has the fields of its schema, and no other', (name) => {
  const id = idOf(name, 'event');
  expect(problemsOf(payloadOf(id), exampleOf(id))).toEqual([]);
});

describe.each(COMMANDS.map((command) => [command.name, command] as const))('command %s', (name, { payload }) => {
  const [command, ack] = [idOf(name, 'command'), idOf(name, 'ack')];

  it('has an example that its schema accepts', () => {
    expect(problemsOf(payloadOf(command), exampleOf(command))).toEqual([]);
  });

  it('has an example of a result with the fields of its schema, and no other', () => {
    const { success, ...result } = exampleOf(ack);
    expect(success).toBe(true);
    expect(problemsOf(resultSchemaOf(payloadOf(ack)), result)).toEqual([]);
    expect(
      ajv.validate({ ...document.components.messages[ack]?.payload, components: document.components }, exampleOf(ack)),
    ).toBe(true);
  });

  it('has limits at which the server accepts a value, and beyond which it refuses it', () => {
    const pipe = new WsValidationPipe();
    const isAccepted = (field: string, value: unknown): boolean => {
      const alternatives = payloadSchema(payload.name).oneOf?.flatMap(({ required = [] }) => required) ?? [];
      const others = Object.entries(exampleOf(command)).filter(
        ([other]) => !(alternatives.includes(field) && alternatives.includes(other)),
      );
      try {
        pipe.transform({ ...Object.fromEntries(others), [field]: value }, { type: 'body', metatype: payload });
        return true;
      } catch {
        return false;
      }
    };
    for (const [field, schema] of Object.entries(payloadSchema(payload.name).properties ?? {}))
      for (const [limit, within, beyond] of trialsOf(schema))
        expect([field, limit, isAccepted(field, within), isAccepted(field, beyond)]).toEqual([
          field,
          limit,
          true,
          false,
        ]);
  });
});

const payloadSchema = (name: string): JsonSchema => document.components.schemas[name] ?? {};

type Trial = readonly [limit: string, within: unknown, beyond: unknown];
const ID = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

/** For each limit of a property, a value at it and one beyond. */
function trialsOf({ minimum, maximum, maxLength, maxItems, minItems, pattern, ...schema }: JsonSchema): Trial[] {
  const numbers: Trial[] = [
    ...(minimum === undefined ? [] : [['minimum', minimum, minimum - 1] as const]),
    ...(maximum === undefined ? [] : [['maximum', maximum, maximum + 2] as const]),
  ];
  const text = (length: number): string => (pattern?.includes('[0-9]') ? '7' : 'x').repeat(length);
  const isText = schema.format === undefined && maxLength !== undefined && maxLength !== 32;
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => ID.slice(0, -3) + String(100 + index));
  return [
    ...numbers,
    ...(isText ? [['maxLength', text(maxLength), text(maxLength + 1)] as const] : []),
    ...(maxItems === undefined ? [] : [['maxItems', ids(maxItems), ids(maxItems + 1)] as const]),
    ...(minItems === undefined ? [] : [['minItems', ids(minItems), ids(minItems - 1)] as const]),
    ...(schema.enum === undefined ? [] : [['enum', schema.enum.at(-1), 'none of these'] as const]),
    ...(schema.format === 'uuid' ? [['format', ID, 'no id'] as const] : []),
  ];
}
