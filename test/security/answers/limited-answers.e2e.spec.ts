/** Refusals in front of the routes, by the limits of an address and of a body, are as the OpenAPI document says too. */
import { AnswerChecks } from '../../contracts/api/answer-checks';
import { type ApiDocument, operationsOf } from '../../contracts/api/openapi-document';
import { callApi } from '../../support/clients/http';
import { usePrivateServer } from '../../support/servers/private-server';
import type { MatrixRequest } from '../matrix/row';
import { sendRaw } from './raw-request';

/** Three times what an address may send at once. */
const REQUESTS = 800;
const ORIGIN = 'http://localhost:5173';
const FROM = { 'x-forwarded-for': '198.51.100.80', origin: ORIGIN };
const CORS_HEADERS = [
  ['access-control-allow-origin', ORIGIN],
  ['access-control-allow-credentials', 'true'],
  ['access-control-expose-headers', 'ETag,X-Request-Id,Retry-After'],
  ['vary', 'Origin'],
] as const;

const server = usePrivateServer({ CONNECTIONS_PER_IP: '64' });
let document: ApiDocument;
beforeAll(async () => {
  document = (await callApi(server.url, 'GET', '/docs/openapi.json')).body as unknown as ApiDocument;
});

async function answersTo(route: string, request: MatrixRequest, count: number) {
  const checks = new AnswerChecks(document);
  const operation = operationsOf(document).get(route)!;
  const sent = Array.from({ length: count }, () => sendRaw(server.url, route, { ...request, headers: FROM }));
  const answers = await Promise.all(sent);
  const problems = answers.flatMap(({ status, headers, body }) => [
    ...checks.problemsOfAnswer(operation, status, body),
    // A page of an allowed origin can read every answer.
    ...CORS_HEADERS.filter(([name, value]) => headers.get(name) !== value).map(([name]) => `${status} without ${name}`),
    ...Object.keys(checks.responseOf(operation, status)?.headers ?? {}).filter((name) => !headers.has(name)),
  ]);
  return { statuses: new Set(answers.map(({ status }) => status)), problems: [...new Set(problems)] };
}

it('requests beyond the limits of their address: are refused as documented, with the time of a retry', async () => {
  const { statuses, problems } = await answersTo('GET /api/zones', {}, REQUESTS);
  expect(problems).toEqual([]);
  expect([...statuses].sort()).toEqual([200, 429]);
});

it('a body beyond the limit: is refused as documented', async () => {
  const body = { name: 'x'.repeat(132_000), class: 'mage' };
  const { statuses, problems } = await answersTo('POST /api/characters', { body }, 1);
  expect(problems).toEqual([]);
  expect([...statuses]).toEqual([413]);
});
