/** Documents the errors of a route by their codes: status, meaning and an example response come from the error catalogue. */
import { applyDecorators } from '@nestjs/common';
import { ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '@aeturnis/contracts';
import { ERROR_DESCRIPTIONS } from './error-descriptions';

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
      description: own.map((code) => `${code}: ${ERROR_DESCRIPTIONS[code]}`).join(' '),
      content: {
        'application/json': { examples: Object.fromEntries(own.map((code) => [code, { value: exampleOf(code) }])) },
      },
    };
  });
}

function exampleOf(code: ErrorCode): object {
  const requestId = '4f5c1a7e-0d6b-4b0e-9a39-6a1f3f1d5c11';
  const { retryable } = ERRORS[code];
  return { error: { code, message: ERROR_DESCRIPTIONS[code], retryable, ...EXAMPLE_DETAILS[code], requestId } };
}
