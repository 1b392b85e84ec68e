/** docs/api/openapi.json types each route: its inputs, answers and errors have schemas, and the examples are valid by them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from '@aeturnis/contracts';
import { AnswerChecks } from './api/answer-checks';
import { type ApiDocument, type MediaType, operationsOf } from './api/openapi-document';

const path = join(__dirname, '../../docs/api/openapi.json');
const document = JSON.parse(readFileSync(path, 'utf8')) as ApiDocument;
const { components } = document;
const checks = new AnswerChecks(document);
const operations = [...operationsOf(document)];

const examplesIn = ({ example, examples = {} }: MediaType): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map(({ $ref }) => components.examples[$ref.split('/').at(-1) ?? '']?.value),
];

it('API document: operation ids are unique identifiers, and all tags are described', () => {
  const ids = operations.map(([, { operationId }]) => operationId);
  expect(ids.filter((id) => !/^[a-z]\w+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  const tags = document.tags.map(({ name }) => name);
  expect([...new Set(operations.flatMap(([, operation]) => operation.tags))].sort()).toEqual(tags);
});

/** Zones, rooms and nodes have names, and no UUIDs. */
const NAMED = / \/api\/(zones|admin\/(nodes|rooms))\//;

describe.each(operations)('API document, %s', (route, operation) => {
  const statuses = Object.keys(operation.responses).map(Number);

  it('names for each status with an error its codes, each with an example', () => {
    const listed = statuses.filter((status) => status >= 400);
    // `GET /health/ready` answers a report with 503.
    const ofErrors = listed.filter((status) => JSON.stringify(responseOf(status)).includes('ErrorAnswer'));
    expect(listed.length - ofErrors.length).toBe(route === 'GET /health/ready' ? 1 : 0);
    expect([...new Set(operation['x-errors'].map((code) => ERRORS[code].http))].sort()).toEqual(ofErrors);
    for (const status of ofErrors) {
      const codes = contentOf(status).flatMap(({ examples = {} }) => Object.keys(examples));
      expect(codes).toEqual(operation['x-errors'].filter((code) => ERRORS[code].http === status));
    }
  });

  it('has for each answer with a body a schema, and an example that is valid by it', () => {
    for (const status of statuses) {
      const content = contentOf(status);
      expect([status, content.length]).toEqual([status, status === 204 || status === 304 ? 0 : 1]);
      const examples = content.flatMap(examplesIn);
      expect(examples.length).toBeGreaterThanOrEqual(content.length);
      for (const example of examples) expect(checks.problemsOfAnswer(operation, status, example)).toEqual([]);
    }
  });

  it('has for its body a schema, and an example that is valid by it', () => {
    const content = operation.requestBody?.content['application/json'];
    if (content) expect(examplesIn(content).map((example) => checks.problemsOf(content.schema, example))).toEqual([[]]);
    for (const { name, in: place, schema } of operation.parameters ?? []) {
      for (const example of schema.examples ?? []) expect(checks.problemsOf(schema, example)).toEqual([]);
      if (place === 'path' && !NAMED.test(route)) expect([name, schema.format]).toEqual([name, 'uuid']);
    }
  });

  it('says with 429 when to retry', () => {
    expect(responseOf(429)?.headers).toHaveProperty('Retry-After');
  });

  const responseOf = (status: number) => checks.responseOf(operation, status);
  const contentOf = (status: number): MediaType[] => Object.values(responseOf(status)?.content ?? {});
});
