/** Converts any exception into an error of the catalogue, without revealing internal details to clients. */
import { HttpException } from '@nestjs/common';
import { AppError, ERRORS, type ErrorCode, type WireError } from '@aeturnis/contracts';
import { correlationId, retryableQueryError, isForeignKeyViolation } from '@aeturnis/platform';

export function toAppError(exception: unknown): AppError {
  if (exception instanceof AppError) return exception;
  if (exception instanceof HttpException)
    return new AppError(codeForStatus(exception.getStatus()), exception.message, { cause: exception });
  // A row that the request refers to existed when it was checked, and has been deleted since.
  if (isForeignKeyViolation(exception))
    return new AppError('NOT_FOUND', 'Something that the request refers to has just been deleted', {
      cause: exception,
    });
  return retryableQueryError(exception) ?? internalError(exception);
}

export function toWireError(exception: unknown): WireError {
  return toAppError(exception).toWire();
}

// The client gets an id that it can quote; the log has the stack under the same id.
function internalError(cause: unknown): AppError {
  return new AppError('INTERNAL', 'Internal server error; quote the correlationId when you report it', {
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

function codeForStatus(status: number): ErrorCode {
  return CODE_BY_STATUS.get(status) ?? (status >= 500 ? 'INTERNAL' : 'VALIDATION');
}
