/** Public API of the HTTP edge: access control, rate limits, input validation, documentation and error responses. */
export { CurrentUser } from '@aeturnis/realtime';
export { Roles } from './access/access.decorators';
export { ApiErrors } from './documentation/api-errors.decorator';
export { closeConnections } from './close-connections';
export { configureHttp } from './configure-http';
export { HttpModule } from './http.module';
export { IdParam } from './input/id-param.decorator';
export { readCookie, extractRequestToken, type RequestToken } from './access/request-token';
export { RateLimit, RateLimitAs } from './limits/rate-limit.decorator';
export { requireAllowedOrigin } from './access/origin-check';
export { PageQuery } from './input/page.query';
export { ThrottlePerMinute } from './limits/throttle-per-minute.decorator';
export { type Streamed, streamJson } from './responses/stream-json';
