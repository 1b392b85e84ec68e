/** The answers with errors in the document of the HTTP API, from the error catalogue. */
import { ERRORS, type ErrorCode } from '@aeturnis/contracts';
import { ERROR_DESCRIPTIONS } from '../../../apps/server/src/http/documentation/error-descriptions';
import { type JsonSchema, SCHEMA_PREFIX } from '../document/json-schema';
import type { DescribedRoute } from './described-routes';
import type { ApiDocument, ApiResponseObject, DocumentReference } from './openapi-document';

const EXAMPLE_DETAILS: Partial<Record<ErrorCode, object>> = {
  VALIDATION: { details: [{ field: 'username', problems: ['username must be 3 to 24 of A-Z a-z 0-9 _ . -'] }] },
  RATE_LIMITED: { retryAfterMs: 12_000 },
  UNAVAILABLE: { retryAfterMs: 3_000 },
};
const REQUEST_ID = '4f5c1a7e-0d6b-4b0e-9a39-6a1f3f1d5c11';

/** In the order of the catalogue. */
export function errorsOf({ method, path, isPublic, errors }: DescribedRoute): ErrorCode[] {
  const isApi = path.startsWith('/api/');
  const isWrite = method !== 'get';
  const codes = new Set<ErrorCode>([
    ...errors,
    ...(['RATE_LIMITED', 'INTERNAL'] as const),
    // Every route of the API refuses a body or a query that it does not declare, and most ask the database.
    ...(isApi ? (['VALIDATION', 'UNAVAILABLE', 'TIMEOUT'] as const) : []),
    ...(isPublic ? [] : (['UNAUTHENTICATED', 'INVALID_TOKEN', 'EXPIRED_TOKEN', 'ACCOUNT_DISABLED'] as const)),
    // `FORBIDDEN`: the page has another origin.
    ...(isWrite ? (['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'FORBIDDEN'] as const) : []),
  ]);
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => codes.has(code));
}

/** One response per status, as a reference to a component. */
export function errorResponses(
  codes: readonly ErrorCode[],
  { responses, examples }: Pick<ApiDocument['components'], 'responses' | 'examples'>,
): Record<string, DocumentReference> {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].http))];
  const referenced = statuses.map((status) => {
    const own = codes.filter((code) => ERRORS[code].http === status);
    const name = own.join('.');
    for (const code of own) examples[code] ??= { summary: ERROR_DESCRIPTIONS[code], value: exampleOf(code) };
    responses[name] ??= responseOf(own, status);
    return [String(status), { $ref: `#/components/responses/${name}` }] as const;
  });
  return Object.fromEntries(referenced);
}

function responseOf(codes: readonly ErrorCode[], status: number): ApiResponseObject {
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }] as const);
  return {
    description: codes.map((code) => `${code}: ${ERROR_DESCRIPTIONS[code]}`).join(' '),
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' },
      ...(status === ERRORS.RATE_LIMITED.http && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
    },
    content: { 'application/json': { schema: answerWith(codes), examples: Object.fromEntries(examples) } },
  };
}

const answerWith = (codes: readonly ErrorCode[]): JsonSchema => ({
  allOf: [
    { $ref: `${SCHEMA_PREFIX}ErrorAnswer` },
    { type: 'object', properties: { error: { type: 'object', properties: { code: { enum: [...codes] } } } } },
  ],
});

function exampleOf(code: ErrorCode): object {
  const { retryable } = ERRORS[code];
  return {
    error: { code, message: ERROR_DESCRIPTIONS[code], retryable, ...EXAMPLE_DETAILS[code], requestId: REQUEST_ID },
  };
}
