/** Gives each request an id that its answer, its errors and its log lines carry. */
import { randomUUID } from 'node:crypto';
import { type Correlation, withCorrelation } from '@aeturnis/platform';
import { addressKey } from '@aeturnis/realtime';
import type { Request, RequestHandler } from 'express';
import { routeLabel } from './route-label';

const HEADER = 'X-Request-Id';
const SANE = /^[\w.-]{8,64}$/;

/** A caller's own id is taken over where it can do no harm in a log. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get(HEADER);
  const id = given !== undefined && SANE.test(given) ? given : randomUUID();
  response.setHeader(HEADER, id);
  withCorrelation(new RequestCorrelation(id, request), next);
};

/** Named when something is logged: before that, the route is not known yet. */
class RequestCorrelation implements Correlation {
  userId?: string;

  constructor(
    readonly id: string,
    private readonly request: Request,
  ) {}

  get event(): string {
    return routeLabel(this.request);
  }

  get address(): string {
    return addressKey(this.request.ip ?? '');
  }
}
