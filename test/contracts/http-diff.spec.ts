/** `npm run contract:diff` names each change of the HTTP API that breaks clients, and no other. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Schema extends Record<string, unknown> {
  properties?: Record<string, Schema>;
  required?: string[];
}
interface Operation {
  security?: Record<string, string[]>[];
  'x-errors'?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { headers?: object }>;
}
interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, object> };
}
type Edit = (document: ApiDocument) => void;

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docs/api/openapi.json'), 'utf8');
const program = `
  const { httpChanges } = await import('./scripts/contracts/http-changes.mjs');
  const pairs = JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'));
  console.log(JSON.stringify(pairs.map(([before, after]) => httpChanges(before, after))));
`;

const edited = (edit: Edit): ApiDocument => {
  const document = JSON.parse(text) as ApiDocument;
  edit(document);
  return document;
};
const schema = (document: ApiDocument, name: string): Schema => document.components.schemas[name] ?? {};
const fields = (document: ApiDocument, name: string): Record<string, Schema> => schema(document, name).properties ?? {};
const operation = (document: ApiDocument, method: 'get' | 'post'): Operation =>
  document.paths['/api/messages']?.[method] as Operation;
const remove = (from: object, name: string): void => void Reflect.deleteProperty(from, name);

const BREAKING: readonly (readonly [what: string, edit: Edit, line: string])[] = [
  ['a removed path', (d) => remove(d.paths, '/api/messages'), 'GET /api/messages: was removed'],
  ['a removed method', (d) => remove(d.paths['/api/messages'] ?? {}, 'post'), 'POST /api/messages: was removed'],
  [
    'a removed parameter',
    (d) => operation(d, 'get').parameters?.splice(1, 1),
    'GET /api/messages, query parameter before: was removed',
  ],
  [
    'a narrowed parameter',
    (d) => Object.assign(operation(d, 'get').parameters?.[3]?.schema ?? {}, { maximum: 50 }),
    'GET /api/messages, query parameter limit: maximum is 50, was 100',
  ],
  [
    'a new required parameter',
    (d) => operation(d, 'get').parameters?.push({ name: 'zone', in: 'query', required: true, schema: {} }),
    'GET /api/messages, query parameter zone: is required now',
  ],
  [
    'a narrowed field of a body',
    (d) => Object.assign(fields(d, 'MessageSendDto')['content'] ?? {}, { maxLength: 10 }),
    'POST /api/messages, body (application/json).content: maxLength is 10, was 10000',
  ],
  [
    'a new required field of a body',
    (d) => schema(d, 'MessageSendDto').required?.push('tempId'),
    'POST /api/messages, body (application/json).tempId: is required now',
  ],
  [
    'a body that has become required',
    (d) => Object.assign(operation(d, 'get'), { requestBody: { required: true, content: { 'text/plain': {} } } }),
    'GET /api/messages, body (text/plain): is required now',
  ],
  [
    'a removed field of an answer',
    (d) => remove(fields(d, 'MessageSent'), 'seq'),
    'POST /api/messages, answer 201 (application/json).seq: was removed',
  ],
  [
    'another status',
    ({ paths }) => {
      const responses = paths['/api/messages']?.['post']?.responses ?? {};
      Object.assign(responses, { 202: responses['201'] });
      remove(responses, '201');
    },
    'POST /api/messages, answer 201 (application/json): was removed',
  ],
  [
    'a further status of success',
    (d) => Object.assign(operation(d, 'post').responses, { 202: { description: 'Later.' } }),
    'POST /api/messages, answer 202: is new',
  ],
  [
    'another status of an error',
    (d) => {
      const { responses } = operation(d, 'post');
      Object.assign(responses, { 410: responses['404'] });
      remove(responses, '404');
    },
    'POST /api/messages, answer 404 (application/json): was removed',
  ],
  [
    'a removed error code',
    (d) => operation(d, 'post')['x-errors']?.shift(),
    'POST /api/messages: no longer answers the error VALIDATION',
  ],
  [
    'a removed field of the body of errors',
    (d) => remove(fields(d, 'ErrorAnswer')['error']?.properties ?? {}, 'retryable'),
    'answer VALIDATION (application/json).error.retryable: was removed',
  ],
  [
    'a removed header',
    (d) => remove(d.paths['/api/zones']?.['get']?.responses['200']?.headers ?? {}, 'ETag'),
    'GET /api/zones, answer 200, header ETag: was removed',
  ],
  [
    'a public route that needs a token',
    (d) => remove(d.paths['/api/zones']?.['get'] ?? {}, 'security'),
    'GET /api/zones: needs bearer or cookie now',
  ],
  [
    'a route that no longer accepts a scheme',
    (d) => Object.assign(operation(d, 'get'), { security: [{ bearer: [] }] }),
    'GET /api/messages: no longer accepts cookie',
  ],
  [
    'another security scheme',
    (d) => Object.assign(d.components.securitySchemes['cookie'] ?? {}, { name: 'session' }),
    'security scheme cookie: name is session, was accessToken',
  ],
  ['another address of the API', (d) => Object.assign(d, { servers: [{ url: '/v2' }] }), 'server /: was removed'],
  [
    'alternatives that a body did not have',
    (d) => Object.assign(schema(d, 'CreateCharacterDto'), { oneOf: [{ required: ['level'] }] }),
    'POST /api/characters, body (application/json): has to be with level now',
  ],
  [
    'a removed alternative of a body',
    (d) => (schema(d, 'ConversationCreateDto')['oneOf'] as Schema[]).pop(),
    'POST /api/conversations, body (application/json): the variant with participantCharacterIds was removed',
  ],
  [
    'a field of a body whose type becomes an alternative without the old one',
    (d) => Object.assign(fields(d, 'GuestDto'), { name: { oneOf: [{ type: 'number' }] } }),
    'POST /api/auth/guest, body (application/json).name: the variant string was removed',
  ],
  [
    'a further type in an answer',
    (d) => Object.assign(fields(d, 'MessageSent'), { seq: { oneOf: [{ type: 'integer' }, { type: 'string' }] } }),
    'POST /api/messages, answer 201 (application/json).seq: can now be string',
  ],
  [
    'a least number of fields',
    (d) => Object.assign(schema(d, 'GuestDto'), { minProperties: 1 }),
    'POST /api/auth/guest, body (application/json): minProperties is 1, was unlimited',
  ],
  [
    'a step of a parameter',
    (d) => Object.assign(operation(d, 'get').parameters?.[3]?.schema ?? {}, { multipleOf: 10 }),
    'GET /api/messages, query parameter limit: multipleOf is 10, was unlimited',
  ],
  [
    'a field that is required beside another one',
    (d) => Object.assign(schema(d, 'CreateCharacterDto'), { dependentRequired: { name: ['title'] } }),
    'POST /api/characters, body (application/json).title: is required beside name now',
  ],
  [
    'a lost format of an answer',
    (d) => remove(fields(d, 'MessageSent')['createdAt'] ?? {}, 'format'),
    'POST /api/messages, answer 201 (application/json).createdAt: format is unknown, was date-time',
  ],
];

const COMPATIBLE: readonly (readonly [what: string, edit: Edit])[] = [
  ['no change', () => undefined],
  ['a new route', (d) => Object.assign(d.paths, { '/api/letters': d.paths['/api/messages'] })],
  ['a new optional parameter', (d) => operation(d, 'get').parameters?.push({ name: 'zone', in: 'query', schema: {} })],
  ['a new field of an answer', (d) => Object.assign(fields(d, 'MessageSent'), { color: { type: 'string' } })],
  [
    'a longer field of a body',
    (d) => Object.assign(fields(d, 'MessageSendDto')['content'] ?? {}, { maxLength: 99_999 }),
  ],
  ['a route that needs no token any more', (d) => Object.assign(operation(d, 'get'), { security: [] })],
  ['a further scheme', (d) => Object.assign(operation(d, 'get'), { security: [{}, { bearer: [] }, { cookie: [] }] })],
  [
    'a further alternative of a field of a body',
    (d) => {
      const alternatives = { oneOf: [{ type: 'integer' }, fields(d, 'MessageSendDto')['content']] };
      Object.assign(fields(d, 'MessageSendDto'), { content: alternatives });
    },
  ],
  ['a new error', (d) => operation(d, 'get')['x-errors']?.push('CONFLICT')],
];

let found: string[][];
beforeAll(() => {
  const pairs = [...BREAKING, ...COMPATIBLE].map(([, edit]) => [JSON.parse(text), edited(edit)]);
  const args = ['--input-type=module', '-e', program];
  const options = { cwd: root, input: JSON.stringify(pairs), encoding: 'utf8', maxBuffer: 64e6 } as const;
  found = JSON.parse(execFileSync(process.execPath, args, options)) as string[][];
});

it.each(BREAKING.map(([what, , line], index) => ({ what, line, index })))(
  'contract diff: names $what of the HTTP API',
  ({ line, index }) => expect(found[index]).toContain(line),
);

it.each(COMPATIBLE.map(([what], index) => ({ what, index: BREAKING.length + index })))(
  'contract diff: lets $what of the HTTP API pass',
  ({ index }) => expect(found[index]).toEqual([]),
);

it('contract diff: recognises an older document of the HTTP API, and ends with 1 if a change breaks clients', () => {
  const folder = mkdtempSync(join(tmpdir(), 'http-diff-'));
  const run = (before: ApiDocument): { status: number | null; stdout: string } => {
    const path = join(folder, 'old.json');
    writeFileSync(path, JSON.stringify(before));
    return spawnSync(process.execPath, ['scripts/contracts/diff.mjs', path], { cwd: root, encoding: 'utf8' });
  };
  const same = run(edited(() => undefined));
  const lost = run(edited((d) => Object.assign(d.paths, { '/api/letters': d.paths['/api/messages'] })));
  rmSync(folder, { recursive: true });
  expect([same.status, same.stdout]).toEqual([0, expect.stringMatching(/^No breaking changes since /)]);
  expect([lost.status, lost.stdout]).toEqual([1, expect.stringContaining('- POST /api/letters: was removed')]);
});
