/**
 * Every answer of every route is as the OpenAPI document says: its status is documented, its body and its headers are valid by
 * their schemas. Asked by valid and by hostile requests, as the owner or an administrator, as a guest, and without a token.
 */
import { AnswerChecks } from '../../contracts/api/answer-checks';
import { type ApiDocument, type ApiOperationObject, operationsOf } from '../../contracts/api/openapi-document';
import type { JsonSchema } from '../../contracts/document/json-schema';
import { closeClients } from '../../support/clients/client';
import { callApi } from '../../support/clients/http';
import type { Column } from '../matrix/columns';
import { MatrixRunner } from '../matrix/matrix-runner';
import { type MatrixRequest, type MatrixRow, rowSubject } from '../matrix/row';
import { ROWS } from '../matrix/rows';
import { hostileRequests } from './hostile-requests';
import { type RawAnswer, sendRaw } from './raw-request';

const AT_ONCE = 20;
/** Of the hostile requests: guests and callers without a token are mostly refused before the fields are read. */
const SHARE_OF_OTHERS = 6;
/** Of the bodies that are valid by their schema: each of them makes the server hash a password. */
const SHARE_OF_HASHED = 12;
/** The valid request and the hostile ones are sent as the first of these that is allowed to send the valid one. */
const COLUMNS: readonly Column[] = ['member', 'moderator', 'admin', 'anonymous'];

/** They end the node that answers: `admin-nodes.e2e` sends them. */
const ENDING_SUCCESSES: ReadonlySet<string> = new Set([
  'POST /api/admin/nodes/{id}/drain 202',
  'POST /api/admin/nodes/{id}/kill 204',
]);

interface Sent {
  readonly token?: string | undefined;
  readonly request: MatrixRequest;
}

let stage: MatrixRunner;
let document: ApiDocument;
let checks: AnswerChecks;
let operations: ReadonlyMap<string, ApiOperationObject>;

beforeAll(async () => {
  stage = await MatrixRunner.open();
  document = (await callApi(stage.server.url, 'GET', '/docs/openapi.json')).body as unknown as ApiDocument;
  checks = new AnswerChecks(document);
  operations = operationsOf(document);
}, 120_000);
afterAll(async () => {
  closeClients();
  await stage.close();
});

it('every answer of every route to valid and hostile requests is as documented', async () => {
  const wrong: string[] = [];
  const fuzzed = new Set<string>();
  const answered = new Set<string>();
  let count = 0;
  for (const row of ROWS.filter(({ kind }) => kind === 'route')) {
    const route = rowSubject(row);
    const operation = operations.get(route);
    if (!operation) continue;
    const isFirst = !fuzzed.has(route) && isAllowed(row);
    if (isFirst) fuzzed.add(route);
    const requests = await requestsOf(row, operation, isFirst);
    count += requests.length;
    const statuses = new Set<number>();
    for (const batch of batchesOf(requests))
      await Promise.all(
        batch.map(async ({ token, request }) => {
          const answer = await sendRaw(stage.server.url, route, request, token);
          statuses.add(answer.status);
          const problems = problemsOf(operation, request, answer);
          if (problems.length > 0)
            wrong.push(`${row.name}: ${problems.join(', ')}: ${shown(request)} → ${shown(answer)}`);
        }),
      );
    for (const status of statuses) answered.add(`${route} ${status}`);
    if (!row.name.startsWith('GET ') && [...statuses].some((status) => status < 300)) stage.resetScene();
  }
  expect(wrong).toEqual([]);
  const successes = [...operations].flatMap(([route, { responses }]) =>
    Object.keys(responses).flatMap((status) => (status.startsWith('2') ? [`${route} ${status}`] : [])),
  );
  expect(successes.filter((success) => !answered.has(success) && !ENDING_SUCCESSES.has(success))).toEqual([]);
  process.stdout.write(`documented answers: ${fuzzed.size} operations, ${count} requests\n`);
}, 300_000);

/** The last request is sent alone: of several at once, any may be the last one that changes a setting. */
function batchesOf(requests: readonly Sent[]): Sent[][] {
  const [atOnce, last] = [requests.slice(0, -1), requests.slice(-1)];
  const batches = Array.from({ length: Math.ceil(atOnce.length / AT_ONCE) }, (_, n) =>
    atOnce.slice(n * AT_ONCE, (n + 1) * AT_ONCE),
  );
  return [...batches, last];
}

const isAllowed = ({ expected }: MatrixRow): boolean => COLUMNS.some((column) => Number(expected[column]) < 300);

/** The refused ones before those that may change the scene. */
async function requestsOf(row: MatrixRow, operation: ApiOperationObject, withHostile: boolean): Promise<Sent[]> {
  const column = COLUMNS.find((candidate) => Number(row.expected[candidate]) < 300) ?? 'member';
  const { actor, sent } = await stage.prepare(row, column);
  const token = column === 'anonymous' ? undefined : actor.accessToken;
  const { body } = await callApi(stage.server.url, 'POST', '/api/auth/guest', { body: {} });
  const guest = String(body['accessToken']);
  const hostile = withHostile
    ? hostileRequests(operation, { body: bodySchemaOf(operation), isWrite: !row.name.startsWith('GET ') }, sent).filter(
        isAffordable(operation),
      )
    : [];
  const byOthers = hostile.filter((_, index) => index % SHARE_OF_OTHERS === 0);
  return [
    ...[sent, ...byOthers].flatMap((request) => [{ request }, { token: guest, request }]),
    ...[sent, ...hostile, sent].map((request) => ({ token, request })),
  ];
}

function isAffordable(operation: ApiOperationObject): (request: MatrixRequest, index: number) => boolean {
  const schema = bodySchemaOf(operation);
  const hashes = Object.keys(schema?.properties ?? {}).some((name) => name.toLowerCase().includes('password'));
  return ({ body }, index) =>
    !hashes || !schema || checks.problemsOf(schema, body).length > 0 || index % SHARE_OF_HASHED === 0;
}

function problemsOf(
  operation: ApiOperationObject,
  request: MatrixRequest,
  { status, headers, body }: RawAnswer,
): string[] {
  const problems = checks.problemsOfAnswer(operation, status, body);
  for (const name of Object.keys(checks.responseOf(operation, status)?.headers ?? {}))
    if (!headers.has(name)) problems.push(`has no header ${name}`);
  const schema = bodySchemaOf(operation);
  if (status < 300 && schema && request.body !== undefined)
    problems.push(...checks.problemsOf(schema, withoutNulls(request.body)).map((problem) => `accepted ${problem}`));
  return problems;
}

/** In an optional property, null means that it is absent. */
const withoutNulls = (body: object): object =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));

function bodySchemaOf({ requestBody }: ApiOperationObject): JsonSchema | undefined {
  const reference = requestBody?.content['application/json'].schema.$ref;
  return reference === undefined ? undefined : document.components.schemas[reference.split('/').at(-1) ?? ''];
}

const shown = (value: object): string => JSON.stringify(value).slice(0, 200);
