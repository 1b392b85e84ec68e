/** Turns whatever was thrown into an error of the catalogue; what is not meant for clients stays here. */
import { HttpException } from '@nestjs/common';
import { AppError, ERRORS, type ErrorCode, type WireError } from '@aeturnis/contracts';
import { correlationId, databaseError, isForeignKeyViolation } from '@aeturnis/platform';

export function toAppError(exception: unknown): AppError {
  if (exception instanceof AppError) return exception;
  if (exception instanceof HttpException)
    return new AppError(codeOfStatus(exception.getStatus()), exception.message, { cause: exception });
  // What the request names was there when it was looked at, and has been deleted since.
  if (isForeignKeyViolation(exception))
    return new AppError('NOT_FOUND', 'Something that the request refers to has just been deleted', {
      cause: exception,
    });
  return databaseError(exception) ?? internal(exception);
}

export function toWireError(exception: unknown): WireError {
  return toAppError(exception).toWire();
}

// The client gets an id it can quote; the stack goes to the log under the same id.
function internal(cause: unknown): AppError {
  return new AppError('INTERNAL', 'Something went wrong on our side', {
    cause,
    details: { correlationId: correlationId() },
  });
}

const CODE_BY_STATUS = new Map<number, ErrorCode>([
  [400, 'VALIDATION'],
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [408, 'TIMEOUT'],
  [409, 'CONFLICT'],
  [413, 'PAYLOAD_TOO_LARGE'],
  [415, 'UNSUPPORTED_MEDIA_TYPE'],
  [429, 'RATE_LIMITED'],
  [ERRORS.UNAVAILABLE.http, 'UNAVAILABLE'],
  [ERRORS.TIMEOUT.http, 'TIMEOUT'],
]);

function codeOfStatus(status: number): ErrorCode {
  return CODE_BY_STATUS.get(status) ?? (status >= 500 ? 'INTERNAL' : 'VALIDATION');
}
