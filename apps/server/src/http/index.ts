/** The HTTP edge, as domains use it: who may call a route, how often, and what it answers when it refuses. */
export { CurrentUser, Roles } from './access.decorators';
export { ApiErrors } from './api-errors.decorator';
export { closeConnections } from './close-connections';
export { configureHttp } from './configure-http';
export { HttpModule } from './http.module';
export { IdParam } from './id-param.decorator';
export { cookieOf, offeredToken, type OfferedToken } from './offered-token';
export { Limited, LimitedAs } from './operation.decorator';
export { requirePageOfOurs } from './page-origin';
export { PageQuery } from './page.query';
export { PerMinute } from './per-minute.decorator';
export { sendJson } from './send-json';
