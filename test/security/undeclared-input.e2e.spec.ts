/** A route of the API that documents no body or no query refuses one and changes nothing. */
import { callApi } from '../support/clients/http';
import type { Column } from './matrix/columns';
import { type MatrixRequest, type MatrixRow, rowSubject } from './matrix/row';
import { ROWS } from './matrix/rows';
import { MatrixRunner } from './matrix/matrix-runner';

interface Operation {
  requestBody?: object;
  parameters?: { in: string }[];
  responses: Record<string, object>;
}

/** The request of a row is sent as the first of these columns that is allowed to make it. */
const COLUMNS: readonly Column[] = ['member', 'moderator', 'admin', 'anonymous'];

const nested = (depth: number): object => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as object;
const BODIES: readonly object[] = [
  { x: 2 },
  [],
  [{}],
  JSON.parse('{"__proto__":1}') as object,
  { constructor: {} },
  nested(500),
  { deep: nested(500) },
];
const QUERIES = ['x=1', 'x', '__proto__=1', 'constructor=1', 'x[y]=1', 'x=1&x=2', '=1'];

/** The column for which the row succeeds. Only a row that can succeed proves that the input is the reason of a refusal. */
const successful = (row: MatrixRow): Column | undefined =>
  COLUMNS.find((column) => row.kind === 'route' && Number(row.expected[column]) < 300);

let stage: MatrixRunner;
let operations: ReadonlyMap<string, Operation>;

beforeAll(async () => {
  stage = await MatrixRunner.open();
  const { body } = await callApi(stage.server.url, 'GET', '/docs/openapi.json');
  operations = new Map(
    Object.entries(body['paths'] as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    ),
  );
}, 120_000);
afterAll(() => stage.close());

const takesBody = (route: string): boolean => operations.get(route)?.requestBody !== undefined;
const takesQuery = (route: string): boolean =>
  operations.get(route)?.parameters?.some((parameter) => parameter.in === 'query') ?? false;

const ROUTES = new Map(
  ROWS.filter((row) => row.name.includes(' /api/') && successful(row)).map((row) => [rowSubject(row), row]),
);

async function expectRefusals(row: MatrixRow, changes: readonly Partial<MatrixRequest>[]): Promise<void> {
  const column = successful(row)!;
  const { actor, sent } = await stage.prepare(row, column);
  const changed = await stage.tablesChangedBy(async () => {
    for (const change of changes) {
      const { outcome, received } = await stage.send(row, column, actor, { ...sent, ...change });
      expect([row.name, change, outcome]).toEqual([row.name, change, 'VALIDATION']);
      expect(JSON.parse(received)).toEqual({
        error: expect.objectContaining({
          code: 'VALIDATION',
          message: expect.any(String),
          retryable: false,
          requestId: expect.any(String),
        }),
      });
    }
  });
  expect([row.name, changed]).toEqual([row.name, []]);
}

/** Their success ends the node that answers, so no row of the matrix has one. */
const ENDING_ROUTES = new Set(['POST /api/admin/nodes/{id}/drain', 'POST /api/admin/nodes/{id}/kill']);

it('every route of the API documents the refusal, and one request of the matrix succeeds', () => {
  const documented = [...operations.keys()].filter((route) => route.includes(' /api/'));
  expect(documented.filter((route) => !ROUTES.has(route) && !ENDING_ROUTES.has(route))).toEqual([]);
  expect(documented.length).toBeGreaterThan(30);
  expect(documented.filter((route) => operations.get(route)?.responses['400'] === undefined)).toEqual([]);
});

it.each([...ROUTES])('%s: refuses a query where it documents none', async (route, row) => {
  if (takesQuery(route)) return;
  await expectRefusals(
    row,
    QUERIES.map((search) => ({ search })),
  );
});

const WRITES = [...ROUTES].filter(([route]) => !route.startsWith('GET '));

it.each(WRITES)('%s: refuses a body where it documents none, and takes an empty object', async (route, row) => {
  if (takesBody(route)) return;
  await expectRefusals(
    row,
    BODIES.map((body) => ({ body })),
  );
  const column = successful(row)!;
  const { actor, sent } = await stage.prepare(row, column);
  const { outcome } = await stage.send(row, column, actor, { ...sent, body: {} });
  expect(outcome).toBe(row.expected[column]);
  stage.resetScene();
});

it('the refusal names each undeclared property, as the validation of a DTO does', async () => {
  const row = ROUTES.get('POST /api/notifications/read-all')!;
  const { actor } = await stage.prepare(row, 'member');
  const problem = { field: 'x', problems: ['property x should not exist'] };
  for (const request of [{ body: { x: 2 } }, { search: 'x=1' }]) {
    const { received } = await stage.send(row, 'member', actor, request);
    expect(JSON.parse(received)).toMatchObject({
      error: { code: 'VALIDATION', message: 'Invalid: property x should not exist', details: [problem] },
    });
  }
});
