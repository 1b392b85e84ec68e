/** Every error code of the wire, once: its HTTP status, whether trying again can help, and how loud the log is about it. */

export interface ErrorTraits {
  /** HTTP status an API answer with this code carries. */
  readonly http: number;
  /** True where the same request may succeed later without being changed. */
  readonly retryable: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

const refused = (http: number): ErrorTraits => ({ http, retryable: false, logLevel: 'debug' });
const later = (http: number): ErrorTraits => ({ http, retryable: true, logLevel: 'warn' });

export const ERRORS = {
  VALIDATION: refused(400),
  UNKNOWN_EVENT: refused(404),
  NOT_FOUND: refused(404),
  CONFLICT: refused(409),
  NAME_TAKEN: refused(409),
  NO_CHARACTER: refused(409),
  ROOM_FULL: { http: 409, retryable: true, logLevel: 'debug' },
  PAYLOAD_TOO_LARGE: refused(413),
  UNSUPPORTED_MEDIA_TYPE: refused(415),
  FORBIDDEN: refused(403),
  NOT_PARTICIPANT: refused(403),
  MUTED: refused(403),
  UNAUTHENTICATED: refused(401),
  MISSING_TOKEN: refused(401),
  INVALID_TOKEN: refused(401),
  EXPIRED_TOKEN: refused(401),
  BAD_CREDENTIALS: refused(401),
  ACCOUNT_DISABLED: refused(403),
  UPGRADE_REQUIRED: refused(426),
  RATE_LIMITED: { http: 429, retryable: true, logLevel: 'debug' },
  TIMEOUT: later(504),
  DEGRADED: later(503),
  UNAVAILABLE: later(503),
  INTERNAL: { http: 500, retryable: false, logLevel: 'error' },
} as const satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof ERRORS;

/** An error as clients see it, in acks, `error` events, `connect_error.data` and HTTP answers alike. */
export interface WireError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  /** Milliseconds to wait before trying again; only where the server knows. */
  retryAfterMs?: number;
  /** Machine-readable facts: for VALIDATION a list of `{field, problems[]}`. */
  details?: unknown;
}
