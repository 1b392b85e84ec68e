/** Documents the errors of a route by their codes: status, meaning and an example of the answer follow from the catalogue. */
import { applyDecorators } from '@nestjs/common';
import { ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '@aeturnis/contracts';

const MEANING: Record<ErrorCode, string> = {
  VALIDATION: 'Something in the request is wrong; `details` says what.',
  UNKNOWN_EVENT: 'There is no such command.',
  NOT_FOUND: 'There is no such thing, or it is not yours to see.',
  CONFLICT: 'What is there already stands in the way.',
  NAME_TAKEN: 'The name is taken.',
  NO_CHARACTER: 'A character has to be selected first.',
  ROOM_FULL: 'The room is full.',
  PAYLOAD_TOO_LARGE: 'The body is too large.',
  UNSUPPORTED_MEDIA_TYPE: 'The body is not JSON.',
  FORBIDDEN: 'You may not do that.',
  NOT_PARTICIPANT: 'You are no participant.',
  MUTED: 'You are muted.',
  UNAUTHENTICATED: 'An access token is needed.',
  MISSING_TOKEN: 'A token is needed.',
  INVALID_TOKEN: 'The token is not valid, or its session has ended.',
  EXPIRED_TOKEN: 'The token has expired.',
  BAD_CREDENTIALS: 'The name or the password is wrong.',
  ACCOUNT_DISABLED: 'The account is banned.',
  UPGRADE_REQUIRED: 'The client is too old.',
  RATE_LIMITED: 'Too many requests; `retryAfterMs` and the header Retry-After say when to come back.',
  TIMEOUT: 'It took too long.',
  DEGRADED: 'Not everything works right now.',
  UNAVAILABLE: 'The server cannot do that right now.',
  INTERNAL: 'Something went wrong on the side of the server.',
};

const EXAMPLE_DETAILS: Partial<Record<ErrorCode, object>> = {
  VALIDATION: { details: [{ field: 'username', problems: ['username must be 3 to 24 of A-Z a-z 0-9 _ . -'] }] },
  RATE_LIMITED: { retryAfterMs: 12_000 },
  UNAVAILABLE: { retryAfterMs: 3_000 },
};

/** `@ApiErrors('VALIDATION', 'NOT_FOUND')`. What every route may answer (401, 429, 500) is documented for all of them. */
export function ApiErrors(...codes: ErrorCode[]): ClassDecorator & MethodDecorator {
  return applyDecorators(...errorResponses(codes).map((response) => ApiResponse(response)));
}

/** One response per status, with an example per code. */
export function errorResponses(codes: readonly ErrorCode[]): (ApiResponseOptions & { status: number })[] {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].http))];
  return statuses.map((status) => {
    const own = codes.filter((code) => ERRORS[code].http === status);
    return {
      status,
      description: own.map((code) => `${code}: ${MEANING[code]}`).join(' '),
      content: {
        'application/json': { examples: Object.fromEntries(own.map((code) => [code, { value: exampleOf(code) }])) },
      },
    };
  });
}

function exampleOf(code: ErrorCode): object {
  const requestId = '4f5c1a7e-0d6b-4b0e-9a39-6a1f3f1d5c11';
  const { retryable } = ERRORS[code];
  return { error: { code, message: MEANING[code], retryable, ...EXAMPLE_DETAILS[code], requestId } };
}
