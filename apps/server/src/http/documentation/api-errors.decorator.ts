/** Documents the errors of a route by their codes: status, meaning and an example response come from the error catalogue. */
import { applyDecorators } from '@nestjs/common';
import { ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '@aeturnis/contracts';

const DESCRIPTIONS: Record<ErrorCode, string> = {
  VALIDATION: 'The request is invalid; `details` lists the problems.',
  UNKNOWN_EVENT: 'There is no such command.',
  NOT_FOUND: 'The object does not exist, or you may not see it.',
  CONFLICT: 'The request conflicts with the current state.',
  NAME_TAKEN: 'The name is taken.',
  NO_CHARACTER: 'A character has to be selected first.',
  ROOM_FULL: 'The room is full.',
  PAYLOAD_TOO_LARGE: 'The body is too large.',
  UNSUPPORTED_MEDIA_TYPE: 'The body is not JSON.',
  FORBIDDEN: 'You may not do that.',
  NOT_PARTICIPANT: 'You are not a participant.',
  MUTED: 'You are muted.',
  UNAUTHENTICATED: 'An access token is needed.',
  MISSING_TOKEN: 'A token is needed.',
  INVALID_TOKEN: 'The token is not valid, or its session has ended.',
  EXPIRED_TOKEN: 'The token has expired.',
  BAD_CREDENTIALS: 'The name or the password is wrong.',
  ACCOUNT_DISABLED: 'The account is banned.',
  UPGRADE_REQUIRED: 'The client is too old.',
  RATE_LIMITED: 'Too many requests; `retryAfterMs` and the header Retry-After say when to retry.',
  TIMEOUT: 'The request was not completed in time.',
  DEGRADED: 'The server works with restrictions at the moment.',
  UNAVAILABLE: 'The server cannot process the request at the moment.',
  INTERNAL: 'The server has failed to process the request.',
};

const EXAMPLE_DETAILS: Partial<Record<ErrorCode, object>> = {
  VALIDATION: { details: [{ field: 'username', problems: ['username must be 3 to 24 of A-Z a-z 0-9 _ . -'] }] },
  RATE_LIMITED: { retryAfterMs: 12_000 },
  UNAVAILABLE: { retryAfterMs: 3_000 },
};

/** `@ApiErrors('VALIDATION', 'NOT_FOUND')`. Errors that every route may return (401, 429, 500) are documented globally. */
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
      description: own.map((code) => `${code}: ${DESCRIPTIONS[code]}`).join(' '),
      content: {
        'application/json': { examples: Object.fromEntries(own.map((code) => [code, { value: exampleOf(code) }])) },
      },
    };
  });
}

function exampleOf(code: ErrorCode): object {
  const requestId = '4f5c1a7e-0d6b-4b0e-9a39-6a1f3f1d5c11';
  const { retryable } = ERRORS[code];
  return { error: { code, message: DESCRIPTIONS[code], retryable, ...EXAMPLE_DETAILS[code], requestId } };
}
