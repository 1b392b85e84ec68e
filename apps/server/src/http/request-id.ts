/** Gives each request an id that its answer, its errors and its log lines carry. */
import { randomUUID } from 'node:crypto';
import { withCorrelation } from '@aeturnis/platform';
import type { RequestHandler } from 'express';

const HEADER = 'X-Request-Id';
const SANE = /^[\w.-]{8,64}$/;

/** A caller's own id is taken over where it can do no harm in a log. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get(HEADER);
  const id = given !== undefined && SANE.test(given) ? given : randomUUID();
  response.setHeader(HEADER, id);
  withCorrelation({ id, event: `${request.method} ${request.path}` }, next);
};
