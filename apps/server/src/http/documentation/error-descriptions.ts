/** What each error code means, for the documents of the HTTP API and of the events. */
import type { ErrorCode } from '@aeturnis/contracts';

export const ERROR_DESCRIPTIONS: Record<ErrorCode, string> = {
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
