/** What no client should send, in every field of every command and route: refused or taken, and never a fault of the server. */
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { COMMANDS, type Constructor } from '@aeturnis/contracts';
import { plainToInstance } from 'class-transformer';
import { closeClients, connect, createCharacter, playAsGuest } from '../support/client';
import { call } from '../support/http';
import { fieldsOf, type RouteInputs, routeInputs } from '../support/route-inputs';
import type { Column } from './matrix/columns';
import { type Request, type Row, subject } from './matrix/row';
import { ROWS } from './matrix/rows';
import { Stage } from './matrix/stage';

const CONDITION = 'conditionalValidation';
const UUID = randomUUID();
/** In this order the first column that may do what a row is about sends it. */
const COLUMNS: readonly Column[] = ['member', 'moderator', 'admin', 'blocked', 'anonymous'];

const TEXTS = [
  ...['', '\0', 'a\0b', '\ud800', 'a\udc00b', '-'.repeat(36), 'f'.repeat(70_000), '\'"\\;--%_', UUID],
  ...['1e308', '-1', '9'.repeat(18), '9'.repeat(19)],
  // Cursors, and dates that a database does not take.
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
/** As they stand in an address: what `encodeURIComponent` never makes, too. */
const ENCODED = ['%00', 'a%00b', '%ED%A0%80', '%FF', '%E0%A4%A', '%', '%2F..%2F', 'x'.repeat(4_000)];

let stage: Stage;
let inputs: ReadonlyMap<string, RouteInputs>;
/** Of an account, and of what belonged to it, that are there no more. */
let deleted: string[];

beforeAll(async () => {
  stage = await Stage.open();
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
  const { status } = await call(url, 'DELETE', '/api/me', { token: guest.accessToken, body: {} });
  expect(status).toBe(204);
  client.close();
  return [guest.id, characterId, String(group), String(message)];
}

const columnOf = ({ expected }: Row): Column =>
  COLUMNS.find((column) => expected[column] === 'OK' || Number(expected[column]) < 300) ?? 'member';

interface Prepared {
  readonly row: Row;
  readonly column: Column;
  readonly sample: Readonly<Record<string, unknown>>;
}

/** One row for each way in which a command or a route is used: those that name the same properties are one. */
async function* waysOf(kind: Row['kind']): AsyncGenerator<Prepared> {
  const seen = new Set<string>();
  for (const row of ROWS.filter((each) => each.kind === kind)) {
    const column = columnOf(row);
    const sample = (await again(() => stage.prepare(row, column))).sent as Prepared['sample'];
    const way = `${subject(row)} ${Object.keys({ ...sample, ...(sample['body'] as object | undefined) }).join()}`;
    if (seen.has(way)) continue;
    seen.add(way);
    yield { row, column, sample };
    if (!isRead(row)) stage.beginAnew();
  }
}

const isRead = ({ name }: Row): boolean => name.startsWith('GET ');

/** The payload with this value in this field: beside the others, and without those that it may stand instead of. */
function variants(dto: Constructor<object> | undefined, sample: object, field: string, value: unknown): object[] {
  const conditional = [...fieldsOf(dto)].filter(([, rules]) => rules.has(CONDITION)).map(([name]) => name);
  const alone = Object.fromEntries(Object.entries(sample).filter(([name]) => !conditional.includes(name)));
  const put = (payload: object): object => ({ ...payload, [field]: value });
  return Object.keys(alone).length === Object.keys(sample).length ? [put(sample)] : [put(sample), put(alone)];
}

/** The values for a field whose sample looks like this. */
function valuesFor(sample: unknown): unknown[] {
  const texts = [...TEXTS, ...deleted];
  if (Array.isArray(sample)) return [...OTHERS, ...texts, ...texts.map((text) => [text])];
  if (typeof sample !== 'object' || sample === null) return [...OTHERS, ...texts];
  const named = texts.map((text) => ({ [text]: 0 }));
  return [...OTHERS, ...texts, ...named, ...OTHERS.map((value) => ({ [UUID]: value }))];
}

const isFault = (outcome: unknown): boolean => outcome === 'INTERNAL' || /^5\d\d /.test(String(outcome));
const shown = (value: unknown): string => inspect(value).slice(0, 120);

/** Once more where an idle connection was closed in the moment in which it was used. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.message === 'fetch failed') return work();
    throw error;
  }
}

/** Fewer than a connection may have waiting. */
const AT_ONCE = 50;

/** One line for each fault. */
async function faultsOf({ row, column }: Prepared, sent: readonly { what: string; request: object }[]) {
  const { actor } = await again(() => stage.prepare(row, column));
  const faults: string[] = [];
  for (let from = 0; from < sent.length; from += AT_ONCE) {
    const outcomes = await Promise.all(
      sent
        .slice(from, from + AT_ONCE)
        .map(async ({ what, request }) => ({ what, ...(await again(() => stage.send(row, column, actor, request))) })),
    );
    for (const { what, outcome } of outcomes)
      if (isFault(outcome)) faults.push(`${row.name}: ${what} ended as ${outcome}`);
  }
  return faults;
}

it('no value in any field of any command makes the server fail', async () => {
  const covered = new Set<string>();
  const faults: string[] = [];
  let sent = 0;
  for await (const way of waysOf('command')) {
    const { row, sample } = way;
    const contract = COMMANDS.find(({ name }) => name === subject(row));
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
      faults.push(...(await faultsOf(way, requests)));
    }
    covered.add(subject(row));
  }
  expect(faults).toEqual([]);
  expect([...covered].sort()).toEqual(COMMANDS.map(({ name }) => name as string).sort());
  process.stdout.write(`hostile input: ${covered.size} commands, ${sent} payloads\n`);
}, 600_000);

it('no value in any field of any route makes the server fail', async () => {
  const covered = new Set<string>();
  const faults: string[] = [];
  let sent = 0;
  for await (const way of waysOf('route')) {
    const { row } = way;
    const sample = way.sample as Request;
    const { params = [], query, body } = inputs.get(subject(row)) ?? {};
    const requests: { what: string; request: Request }[] = [];
    const put = (what: string, value: unknown, change: Partial<Request>): void =>
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
    faults.push(...(await faultsOf(way, requests)));
    covered.add(subject(row));
  }
  expect(faults).toEqual([]);
  expect([...inputs.keys()].filter((route) => !covered.has(route))).toEqual([]);
  process.stdout.write(`hostile input: ${covered.size} routes, ${sent} requests\n`);
}, 600_000);

function encoded(text: string): string {
  // Halves of characters cannot be encoded; as bytes they stand among those that are encoded already.
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

describe('ids in any case', () => {
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

  it('every name in a path that is an id is declared as one', async () => {
    const { body } = await again(() => call(stage.server.url, 'GET', '/docs/openapi.json'));
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

  it.each(ROWS.map((row) => [row.name, row] as const))('%s: ends as with lower case', async (_, row) => {
    const column = columnOf(row);
    const { actor, sent } = await again(() => stage.prepare(row, column));
    const { outcome } = await again(() => stage.send(row, column, actor, upper(sent) as object));
    if (!isRead(row)) stage.beginAnew();
    expect(outcome).toEqual(row.expected[column]);
  });

  it('a character that is deleted under another spelling is released', async () => {
    const { url } = stage.server;
    const guest = await playAsGuest(url);
    const { id } = await createCharacter(url, guest);
    const client = await connect(url, guest.accessToken);
    expect(await client.send('character:select', { characterId: id })).toMatchObject({ success: true });
    const path = `/api/characters/${id.toUpperCase()}`;
    expect((await call(url, 'DELETE', path, { token: guest.accessToken })).status).toBe(204);
    expect(await client.event('character:released')).toEqual({ characterId: id, reason: 'deleted' });
    expect(await client.send('character:move', { seq: 1, x: 0, y: 0 })).toMatchObject({
      error: { code: 'NO_CHARACTER' },
    });
  });
});

/** Names in paths that are no UUIDs. */
const NO_IDS = new Set(['GET /api/zones/{id} {id}']);
