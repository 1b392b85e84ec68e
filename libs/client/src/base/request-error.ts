/** The error of a request: a code of the server's catalogue, why it has closed the connection, or what the client itself has found. */
import type { CloseCode, ErrorCode, WireError } from '@aeturnis/contracts';

/**
 * `OFFLINE`: not sent. `CONNECTION_LOST`: sent, and the outcome is unknown. `CLOSED`: the client has been disconnected on
 * purpose. `DROPPED`: the server has ignored it, as it was over its limit. `OUTBOX_FULL`: too many messages wait.
 */
export type ClientErrorCode = 'OFFLINE' | 'CONNECTION_LOST' | 'CLOSED' | 'DROPPED' | 'OUTBOX_FULL';
/** Close codes too: `connect`, and requests after the end of the connection, reject with the code of that end. */
export type RequestErrorCode = ErrorCode | CloseCode | ClientErrorCode;

export class RequestError extends Error {
  /** True if the same request can succeed later, unchanged. */
  readonly retryable: boolean;
  /** Milliseconds to wait before a retry, if they are known. */
  readonly retryAfterMs: number | undefined;
  /** Machine-readable facts: for `VALIDATION` a list of `{field, problems[]}`. */
  readonly details: unknown;

  constructor(
    readonly code: RequestErrorCode,
    message: string,
    traits: { retryable?: boolean; retryAfterMs?: number | undefined; details?: unknown } = {},
  ) {
    super(message);
    this.name = 'RequestError';
    this.retryable = traits.retryable ?? false;
    this.retryAfterMs = traits.retryAfterMs;
    this.details = traits.details;
  }

  /** @param error absent in an answer that is malformed. */
  static fromWire(error: WireError | null | undefined): RequestError {
    const { code, message, ...traits } = { code: 'INTERNAL' as const, message: 'malformed answer', ...error };
    return new RequestError(code, message, traits);
  }
}
