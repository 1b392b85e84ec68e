/** The id of an HTTP request, which is part of its response, its errors and its log lines. */
import { randomUUID } from 'node:crypto';

export const REQUEST_ID_HEADER = 'X-Request-Id';
const VALID_ID = /^[\w.-]{8,64}$/;

/** @param given by the client: accepted in a form that is safe for the log. */
export const requestIdOf = (given: string | string[] | undefined): string =>
  typeof given === 'string' && VALID_ID.test(given) ? given : randomUUID();
