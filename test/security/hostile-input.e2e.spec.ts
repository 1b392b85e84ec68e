/** Hostile values in every field of every command and route: each is accepted or refused, and none causes a server error. */
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { COMMANDS, type Constructor } from '@aeturnis/contracts';
import { plainToInstance } from 'class-transformer';
import { closeClients, connect, createCharacter, playAsGuest } from '../support/clients/client';
import { callApi } from '../support/clients/http';
import { fieldsOf, type RouteInputs, routeInputs } from '../support/servers/route-inputs';
import type { Column } from './matrix/columns';
import { type MatrixRequest, type MatrixRow, rowSubject } from './matrix/row';
import { ROWS } from './matrix/rows';
import { MatrixRunner } from './matrix/matrix-runner';

const CONDITION = 'conditionalValidation';
const UUID = randomUUID();
/** The request of a row is sent as the first of these columns that is allowed to make it. */
const COLUMNS: readonly Column[] = ['member', 'moderator', 'admin', 'blocked', 'anonymous'];

const TEXTS = [
  ...['', '\0', 'a\0b', '\ud800', 'a\udc00b', '-'.repeat(36), 'f'.repeat(70_000), '\'"\\;--%_', UUID],
  ...['1e308', '-1', '9'.repeat(18), '9'.repeat(19)],
  // Cursors, and dates that PostgreSQL refuses.
  ...[`999999999999999.${UUID}`, `9999999999999.${UUID}`, `1.${'-'.repeat(36)}`],
  ...[
    '+275760-09-13T00:00:00.000Z',
    '-009999-01-01T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '2030-W10-1',
    '2030-060',
    '99999-01-01',
  ],
];
const OTHERS: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, 2 ** 53, 2 ** 63],
  ...[[], {}, ['\0'], [[UUID]], { toString: 1 }, { [UUID]: 1e308 }, { '\0': 0 }],
];
/** Values as they stand in a URL, including what `encodeURIComponent` never produces. */
const ENCODED = ['%00', 'a%00b', '%ED%A0%80', '%FF', '%E0%A4%A', '%', '%2F..%2F', 'x'.repeat(4_000)];

let stage: MatrixRunner;
let inputs: ReadonlyMap<string, RouteInputs>;
/** Ids of a deleted account and of what belonged to it. */
let deleted: string[];

beforeAll(async () => {
  stage = await MatrixRunner.open();
  inputs = routeInputs(stage.server);
  deleted = await deletedReferents(stage.server.url);
}, 120_000);
afterAll(async () => {
  closeClients();
  await stage.close();
});

async function deletedReferents(url: string): Promise<string[]> {
  const guest = await playAsGuest(url);
  const { id: characterId } = await createCharacter(url, guest);
  const client = await connect(url, guest.accessToken);
  const group = (await client.send('conversation:create', { kind: 'group', participantIds: [] }))['id'];
  const message = (await client.send('message:send', { conversationId: group, content: 'a' }))['messageId'];
  await client.send('character:select', { characterId });
  const targetIds = [(await createCharacter(url, await playAsGuest(url))).id];
  const challenge = (await client.send('combat:start', { targetIds }))['sessionId'];
  const { status } = await callApi(url, 'DELETE', '/api/me', { token: guest.accessToken, body: {} });
  expect(status).toBe(204);
  client.close();
  return [guest.id, characterId, String(group), String(message), String(challenge)];
}

const columnOf = ({ expected }: MatrixRow): Column =>
  COLUMNS.find((column) => expected[column] === 'OK' || Number(expected[column]) < 300) ?? 'member';

interface Prepared {
  readonly row: MatrixRow;
  readonly column: Column;
  readonly sample: Readonly<Record<string, unknown>>;
}

/** One row for each use of a command or route. Rows whose requests have the same properties count as one use. */
async function* distinctUses(kind: MatrixRow['kind']): AsyncGenerator<Prepared> {
  const seen = new Set<string>();
  for (const row of ROWS.filter((candidate) => candidate.kind === kind)) {
    const column = columnOf(row);
    const sample = (await withRetry(() => stage.prepare(row, column))).sent as Prepared['sample'];
    const use = `${rowSubject(row)} ${Object.keys({ ...sample, ...(sample['body'] as object | undefined) }).join()}`;
    if (seen.has(use)) continue;
    seen.add(use);
    yield { row, column, sample };
    if (!isRead(row)) stage.resetScene();
  }
}

const isRead = ({ name }: MatrixRow): boolean => name.startsWith('GET ');

/** The payload with this value in this field, once beside all other fields and once without the fields that it may replace. */
function variants(dto: Constructor<object> | undefined, sample: object, field: string, value: unknown): object[] {
  const conditional = [...fieldsOf(dto)].filter(([, rules]) => rules.has(CONDITION)).map(([name]) => name);
  const alone = Object.fromEntries(Object.entries(sample).filter(([name]) => !conditional.includes(name)));
  const put = (payload: object): object => ({ ...payload, [field]: value });
  return Object.keys(alone).length === Object.keys(sample).length ? [put(sample)] : [put(sample), put(alone)];
}

/** The hostile values for a field with this sample value. */
function valuesFor(sample: unknown): unknown[] {
  const texts = [...TEXTS, ...deleted];
  if (Array.isArray(sample)) return [...OTHERS, ...texts, ...texts.map((text) => [text])];
  if (typeof sample !== 'object' || sample === null) return [...OTHERS, ...texts];
  const named = texts.map((text) => ({ [text]: 0 }));
  return [...OTHERS, ...texts, ...named, ...OTHERS.map((value) => ({ [UUID]: value }))];
}

const isFault = (outcome: unknown): boolean => outcome === 'INTERNAL' || /^5\d\d /.test(String(outcome));
const shown = (value: unknown): string => inspect(value).slice(0, 120);

/** Tries again when a keep-alive connection was closed just as the request used it. */
async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.message === 'fetch failed') return work();
    throw error;
  }
}

/** Fewer commands than a connection may queue. */
const AT_ONCE = 50;

/** @returns one line for each server error. */
async function faultsOf({ row, column }: Prepared, sent: readonly { what: string; request: object }[]) {
  const { actor } = await withRetry(() => stage.prepare(row, column));
  const faults: string[] = [];
  for (let from = 0; from < sent.length; from += AT_ONCE) {
    const outcomes = await Promise.all(
      sent.slice(from, from + AT_ONCE).map(async ({ what, request }) => ({
        what,
        ...(await withRetry(() => stage.send(row, column, actor, request))),
      })),
    );
    for (const { what, outcome } of outcomes)
      if (isFault(outcome)) faults.push(`${row.name}: ${what} ended as ${outcome}`);
  }
  return faults;
}

it('every command: no value in any field causes a server error', async () => {
  const covered = new Set<string>();
  const faults: string[] = [];
  let sent = 0;
  for await (const prepared of distinctUses('command')) {
    const { row, sample } = prepared;
    const contract = COMMANDS.find(({ name }) => name === rowSubject(row));
    const names = new Set([...fieldsOf(contract?.payload).keys(), ...Object.keys(sample), 'surprise']);
    for (const field of names) {
      const values = valuesFor(sample[field]);
      const requests = values.flatMap((value) =>
        variants(contract?.payload, sample, field, value).map((request) => ({
          what: `${field}: ${shown(value)}`,
          request,
        })),
      );
      sent += requests.length;
      faults.push(...(await faultsOf(prepared, requests)));
    }
    covered.add(rowSubject(row));
  }
  expect(faults).toEqual([]);
  expect([...covered].sort()).toEqual(COMMANDS.map(({ name }) => name as string).sort());
  process.stdout.write(`hostile input: ${covered.size} commands, ${sent} payloads\n`);
}, 600_000);

it('every route: no value in any field causes a server error', async () => {
  const covered = new Set<string>();
  const faults: string[] = [];
  let sent = 0;
  for await (const prepared of distinctUses('route')) {
    const { row } = prepared;
    const sample = prepared.sample as MatrixRequest;
    const { params = [], query, body } = inputs.get(rowSubject(row)) ?? {};
    const requests: { what: string; request: MatrixRequest }[] = [];
    const put = (what: string, value: unknown, change: Partial<MatrixRequest>): void =>
      void requests.push({ what: `${what}: ${shown(value)}`, request: { ...sample, ...change } });
    for (const name of params)
      for (const value of [...ENCODED, ...[...TEXTS, ...deleted].map(encoded)])
        put(`{${name}}`, value, { params: { ...sample.params, [name]: value.slice(0, 8_000) } });
    for (const name of fieldsOf(query).keys())
      for (const value of [...ENCODED, ...[...TEXTS, ...deleted].map(encoded), `1&${name}=2`, `1&${name}[a]=2`])
        put(`?${name}`, value, {
          search: `${new URLSearchParams(sample.query).toString()}&${name}=${value.slice(0, 8_000)}`,
        });
    for (const name of body ? [...fieldsOf(body).keys(), 'surprise'] : [])
      for (const value of valuesFor((sample.body as Record<string, unknown> | undefined)?.[name]))
        for (const payload of variants(body, sample.body ?? {}, name, value)) put(name, value, { body: payload });
    for (const value of body ? [null, [], 'text', 1, [{}], { __proto__: null }] : [])
      put('the body', value, { body: value as object });
    sent += requests.length;
    faults.push(...(await faultsOf(prepared, requests)));
    covered.add(rowSubject(row));
  }
  expect(faults).toEqual([]);
  expect([...inputs.keys()].filter((route) => !covered.has(route))).toEqual([]);
  process.stdout.write(`hostile input: ${covered.size} routes, ${sent} requests\n`);
}, 600_000);

function encoded(text: string): string {
  // `encodeURIComponent` throws on lone surrogates. ENCODED contains their bytes.
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

describe('ids in upper case', () => {
  const upper = (value: unknown): unknown => {
    const changed = JSON.stringify(value).replace(/"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g, (id) =>
      id.toUpperCase(),
    );
    return JSON.parse(changed) as unknown;
  };

  it('every id that a command or a route takes reaches its handler in lower case', () => {
    const dtos = new Map<string, Constructor<object> | undefined>(
      COMMANDS.map(({ name, payload }) => [name, payload as Constructor<object>]),
    );
    for (const [route, { query, body }] of inputs) dtos.set(`${route} ?`, query).set(`${route} body`, body);
    const found: string[] = [];
    for (const [name, dto] of dtos) {
      for (const [field, rules] of fieldsOf(dto)) {
        if (!rules.has('isUuid')) continue;
        const id = randomUUID();
        const value = rules.has('isArray') ? [id.toUpperCase()] : id.toUpperCase();
        const read = plainToInstance(dto!, { [field]: value }) as Record<string, unknown>;
        expect([name, field, [read[field]].flat()]).toEqual([name, field, [id]]);
        found.push(`${name} ${field}`);
      }
    }
    expect(found.length).toBeGreaterThan(40);
  });

  it('every path parameter that is an id is declared as a UUID', async () => {
    const { body } = await withRetry(() => callApi(stage.server.url, 'GET', '/docs/openapi.json'));
    interface Operation {
      parameters?: { name: string; in: string; schema?: { format?: string } }[];
    }
    const paths = body['paths'] as Record<string, Record<string, Operation>>;
    const undeclared = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { parameters = [] }]) =>
        parameters
          .filter((parameter) => parameter.in === 'path' && parameter.schema?.format !== 'uuid')
          .map(({ name }) => `${method.toUpperCase()} ${path} {${name}}`),
      ),
    );
    expect(undeclared.filter((parameter) => !NO_IDS.has(parameter))).toEqual([]);
  });

  it.each(ROWS.map((row) => [row.name, row] as const))('%s: has the same outcome as in lower case', async (_, row) => {
    const column = columnOf(row);
    const { actor, sent } = await withRetry(() => stage.prepare(row, column));
    const { outcome } = await withRetry(() => stage.send(row, column, actor, upper(sent) as object));
    if (!isRead(row)) stage.resetScene();
    expect(outcome).toEqual(row.expected[column]);
  });

  it('a character deleted by its id in upper case is released', async () => {
    const { url } = stage.server;
    const guest = await playAsGuest(url);
    const { id } = await createCharacter(url, guest);
    const client = await connect(url, guest.accessToken);
    expect(await client.send('character:select', { characterId: id })).toMatchObject({ success: true });
    const path = `/api/characters/${id.toUpperCase()}`;
    expect((await callApi(url, 'DELETE', path, { token: guest.accessToken })).status).toBe(204);
    expect(await client.waitForEvent('character:released')).toEqual({ characterId: id, reason: 'deleted' });
    expect(await client.send('character:move', { seq: 1, x: 0, y: 0 })).toMatchObject({
      error: { code: 'NO_CHARACTER' },
    });
  });
});

/** Path parameters that are not UUIDs. */
const NO_IDS = new Set([
  'GET /api/zones/{id} {id}',
  'GET /api/admin/rooms/{name}/members {name}',
  'POST /api/admin/nodes/{id}/drain {id}',
  'POST /api/admin/nodes/{id}/kill {id}',
]);
