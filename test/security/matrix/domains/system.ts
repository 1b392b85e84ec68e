/** Rows of the authorisation matrix: the connection itself, and the pages for operators. */
import { commandRow, routeRow } from '../row';

const METRICS = { authorization: 'Bearer metrics-token' };

export const systemRows = [
  commandRow('system:ping', { all: 'OK' }, () => ({})),
  commandRow('auth:refresh (own token)', { all: 'OK' }, (_, { accessToken }) => ({ token: accessToken })),
  commandRow('auth:refresh (token of the owner)', { all: 'FORBIDDEN' }, ({ owner }) => ({ token: owner.accessToken })),
  routeRow('GET /api/realtime/policies', { anonymous: 200, all: 200 }),
  routeRow('GET /health/live', { anonymous: 200, all: 200 }),
  routeRow('GET /health/ready', { anonymous: 200, all: 200 }),
  routeRow('GET /metrics', { all: 'UNAUTHENTICATED' }),
  routeRow('GET /metrics (METRICS_TOKEN)', { anonymous: 200, all: 200 }, () => ({ headers: METRICS })),
  routeRow('GET /metrics/sockets', { all: 'UNAUTHENTICATED' }),
  routeRow('GET /metrics/sockets (METRICS_TOKEN)', { anonymous: 200, all: 200 }, () => ({ headers: METRICS })),
];
