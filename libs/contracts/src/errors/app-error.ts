/** The exception that services throw: an error code of the catalogue and a message that is safe to show to a client. */
import { ERRORS, type ErrorCode, type ErrorTraits, type WireError } from './error-catalogue';

export interface AppErrorOptions {
  /** Milliseconds after which a retry makes sense. */
  retryAfterMs?: number;
  /** Machine-readable facts for the client; must not contain anything private. */
  details?: unknown;
  /** The underlying error, for the log; never sent to the client. */
  cause?: unknown;
}

export class AppError extends Error {
  readonly retryAfterMs: number | undefined;
  readonly details: unknown;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }

  get traits(): ErrorTraits {
    return ERRORS[this.code];
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      retryable: this.traits.retryable,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(this.retryAfterMs) }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}
