/** Requests that the schemas of an operation refuse, or that lie at their limits: one changed field in each. */
import { randomUUID } from 'node:crypto';
import type { ApiOperationObject } from '../../contracts/api/openapi-document';
import type { JsonSchema } from '../../contracts/document/json-schema';
import type { MatrixRequest } from '../matrix/row';

const TEXTS = ['', '\0', 'a\u202eb', '9'.repeat(19), '__proto__', 'no-id'];
const OTHERS: readonly unknown[] = [null, true, -1, 1.5, 1e308, {}, [[]], ['\0'], { [randomUUID()]: -1 }];
const BODIES: readonly unknown[] = [null, [], [{}], 'text', 1];
/** Parts of a URL as they stand in it, including what `encodeURIComponent` never produces. */
const ENCODED = ['%00', '%ED%A0%80', '%E0%A4%A', 'x'.repeat(4_000)];

/** The page of a stranger has the cookie of the user, and no token. */
const HEADERS: readonly Record<string, string>[] = [
  { authorization: 'Bearer no.such.token' },
  { authorization: 'Basic YW5uYTphbm5h' },
  { authorization: '', cookie: 'accessToken=no.such.token' },
  { authorization: '', origin: 'https://evil.example' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=utf-7' },
  { 'if-none-match': '*' },
];
const TOO_LARGE = { surprise: 'x'.repeat(140_000) };

/** @param body the schema of the body, if the operation has one. @param isWrite whether a body is read at all. */
export function hostileRequests(
  { parameters = [] }: ApiOperationObject,
  { body, isWrite }: { body: JsonSchema | undefined; isWrite: boolean },
  sample: MatrixRequest,
): MatrixRequest[] {
  const changed = parameters.flatMap(({ name, in: place, schema }): MatrixRequest[] => {
    const values = [...ENCODED, ...textsAround(schema).map((text) => encodeURIComponent(text))];
    if (place === 'path')
      return values.filter(Boolean).map((value) => ({ ...sample, params: { ...sample.params, [name]: value } }));
    const query = queryWithout(name, sample);
    return [...values.map((value) => `${name}=${value}`), `${name}[x]=1`, `${name}=1&${name}=2`].map((search) => ({
      ...sample,
      search: `${query}${search}`,
    }));
  });
  const bodies = body ? bodiesAround(body, (sample.body ?? {}) as Record<string, unknown>) : [];
  if (isWrite) bodies.push(TOO_LARGE, [{}]);
  return [
    ...changed,
    { ...sample, search: 'surprise=1' },
    ...HEADERS.map((headers) => ({ ...sample, headers })),
    ...bodies.map((value) => ({ ...sample, body: value as object })),
  ];
}

function queryWithout(name: string, { query = {} }: MatrixRequest): string {
  const others = new URLSearchParams(Object.entries(query).filter(([other]) => other !== name)).toString();
  return others === '' ? '' : `${others}&`;
}

function bodiesAround({ properties = {} }: JsonSchema, sample: Readonly<Record<string, unknown>>): unknown[] {
  const changed = Object.entries(properties).flatMap(([name, property]) => {
    const { [name]: _, ...others } = sample;
    return [others, ...valuesAround(property).map((value) => ({ ...sample, [name]: value }))];
  });
  return [...BODIES, ...changed, { ...sample, surprise: 1 }];
}

const valuesAround = (schema: JsonSchema): unknown[] => [...OTHERS, ...textsAround(schema), ...limitsOf(schema)];

/** Limits of numbers and lists; a text beside them is at the limit of its own schema. */
function limitsOf({ minimum, maximum, maxItems, enum: values }: JsonSchema): unknown[] {
  return [
    ...(minimum === undefined ? [] : [minimum, minimum - 1]),
    ...(maximum === undefined ? [] : [maximum, maximum + 2]),
    ...(maxItems === undefined
      ? []
      : [maxItems, maxItems + 1].map((count) => Array.from({ length: count }, randomUUID))),
    ...(values ?? []),
  ];
}

const textsAround = ({ maxLength = 10, minLength = 0, format, maximum, minimum }: JsonSchema): string[] => [
  ...TEXTS,
  ...[maxLength, maxLength + 1, minLength].map((length) => 'x'.repeat(length)),
  ...(format === 'uuid' ? [randomUUID(), randomUUID().toUpperCase()] : []),
  ...[maximum, minimum].flatMap((limit) => (limit === undefined ? [] : [String(limit), String(limit + 2)])),
];
