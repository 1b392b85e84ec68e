/** Assigns each HTTP request an id, which is part of its response, its errors and its log lines. */
import { type Correlation, REQUEST_ID_HEADER, requestIdOf, withCorrelation } from '@aeturnis/platform';
import { addressKey } from '@aeturnis/realtime';
import type { Request, RequestHandler } from 'express';
import { routeLabel } from './route-label';

export const assignRequestId: RequestHandler = (request, response, next) => {
  const id = requestIdOf(request.get(REQUEST_ID_HEADER));
  response.setHeader(REQUEST_ID_HEADER, id);
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
