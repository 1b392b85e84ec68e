/** Assigns each HTTP request an id, which is part of its response, its errors and its log lines. */
import { randomUUID } from 'node:crypto';
import { type Correlation, withCorrelation } from '@aeturnis/platform';
import { addressKey } from '@aeturnis/realtime';
import type { Request, RequestHandler } from 'express';
import { routeLabel } from './route-label';

const HEADER = 'X-Request-Id';
const VALID_ID = /^[\w.-]{8,64}$/;

/** Accepts an id of the client if it has a safe form for the log. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  const clientId = request.get(HEADER);
  const id = clientId !== undefined && VALID_ID.test(clientId) ? clientId : randomUUID();
  response.setHeader(HEADER, id);
  withCorrelation(new RequestCorrelation(id, request), next);
};

/** Computes `event` when a line is logged: the route is not known when the request arrives. */
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
