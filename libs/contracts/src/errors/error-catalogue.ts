/** The catalogue of error codes: HTTP status, whether a retry can succeed, and log level. */

export interface ErrorTraits {
  /** The HTTP status of an answer with this code. */
  readonly http: number;
  /** True if the same request can succeed later, unchanged. */
  readonly retryable: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

const permanentError = (http: number): ErrorTraits => ({ http, retryable: false, logLevel: 'debug' });
const temporaryError = (http: number): ErrorTraits => ({ http, retryable: true, logLevel: 'warn' });

export const ERRORS = {
  VALIDATION: permanentError(400),
  UNKNOWN_EVENT: permanentError(404),
  NOT_FOUND: permanentError(404),
  CONFLICT: permanentError(409),
  NAME_TAKEN: permanentError(409),
  NO_CHARACTER: permanentError(409),
  ROOM_FULL: { http: 409, retryable: true, logLevel: 'debug' },
  PAYLOAD_TOO_LARGE: permanentError(413),
  UNSUPPORTED_MEDIA_TYPE: permanentError(415),
  FORBIDDEN: permanentError(403),
  NOT_PARTICIPANT: permanentError(403),
  MUTED: permanentError(403),
  UNAUTHENTICATED: permanentError(401),
  MISSING_TOKEN: permanentError(401),
  INVALID_TOKEN: permanentError(401),
  EXPIRED_TOKEN: permanentError(401),
  BAD_CREDENTIALS: permanentError(401),
  ACCOUNT_DISABLED: permanentError(403),
  UPGRADE_REQUIRED: permanentError(426),
  RATE_LIMITED: { http: 429, retryable: true, logLevel: 'debug' },
  TIMEOUT: temporaryError(504),
  DEGRADED: temporaryError(503),
  UNAVAILABLE: temporaryError(503),
  INTERNAL: { http: 500, retryable: false, logLevel: 'error' },
} as const satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof ERRORS;

/** The codes that every command can answer, besides those of its contract. */
export const GENERAL_ERRORS = [
  'VALIDATION',
  'PAYLOAD_TOO_LARGE',
  'UNKNOWN_EVENT',
  'EXPIRED_TOKEN',
  'RATE_LIMITED',
  'TIMEOUT',
  'UNAVAILABLE',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

/** An error as clients see it, in acks, `error` events, `connect_error.data` and HTTP answers alike. */
export interface WireError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  /** Milliseconds to wait before a retry; only if the server knows. */
  retryAfterMs?: number;
  /** Machine-readable facts: for VALIDATION a list of `{field, problems[]}`. */
  details?: unknown;
}

/** The body of every HTTP answer with an error. */
export interface ErrorAnswer {
  /** `requestId` is that of the header X-Request-Id. */
  error: WireError & { requestId: string };
}
