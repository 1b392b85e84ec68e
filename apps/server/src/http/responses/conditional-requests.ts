/** Allows a 304 response to conditional requests of `fetch`. */
import type { RequestHandler } from 'express';

/**
 * `fetch` adds `Cache-Control: no-cache` to a request with `If-None-Match`, and Express then never answers 304. That
 * directive asks caches to validate at the origin (RFC 9111 5.2.1.4), and a comparison here is that validation. A request
 * without `If-None-Match` keeps the directive.
 */
export const allowConditionalRequests: RequestHandler = ({ headers }, _response, next) => {
  if (headers['if-none-match'] !== undefined) delete headers['cache-control'];
  next();
};
