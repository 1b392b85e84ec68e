/** Counts HTTP requests by route and status, and measures their duration. */
import { Injectable } from '@nestjs/common';
import { DURATION_BUCKETS } from '@aeturnis/platform';
import { InjectMetric, makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { NextFunction, Request, Response } from 'express';
import type { Counter, Histogram } from 'prom-client';

const METRIC = {
  requests: 'aeturnis_http_requests_total',
  seconds: 'aeturnis_http_request_duration_seconds',
} as const;
/** One label for all requests without a route, because clients choose their paths. */
const NO_ROUTE = 'none';

export const HTTP_METRIC_PROVIDERS = [
  makeCounterProvider({
    name: METRIC.requests,
    help: 'HTTP requests answered, by route and status.',
    labelNames: ['route', 'status'],
  }),
  makeHistogramProvider({
    name: METRIC.seconds,
    help: 'Time from the arrival of an HTTP request to the end of its response, by method.',
    labelNames: ['method'],
    buckets: [...DURATION_BUCKETS],
  }),
];

@Injectable()
export class HttpMetrics {
  constructor(
    @InjectMetric(METRIC.requests) private readonly requests: Counter<'route' | 'status'>,
    @InjectMetric(METRIC.seconds) private readonly seconds: Histogram<'method'>,
  ) {}

  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    const since = performance.now();
    response.once('finish', () => {
      const { path } = (request.route ?? {}) as { path?: unknown };
      // Without a route, clients also choose the method. Node.js accepts about thirty.
      const route = typeof path === 'string' ? `${request.method} ${path}` : NO_ROUTE;
      this.requests.inc({ route, status: String(response.statusCode) });
      this.seconds.observe(
        { method: route === NO_ROUTE ? NO_ROUTE : request.method },
        (performance.now() - since) / 1_000,
      );
    });
    next();
  };
}
