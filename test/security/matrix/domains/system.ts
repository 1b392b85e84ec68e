/** Who may do what: the connection itself, and what operators look at. */
import { command, route } from '../row';

const METRICS = { authorization: 'Bearer metrics-token' };

export const system = [
  command('system:ping', { all: 'OK' }, () => ({})),
  command('auth:refresh (own token)', { all: 'OK' }, (_, { accessToken }) => ({ token: accessToken })),
  command('auth:refresh (token of the owner)', { all: 'FORBIDDEN' }, ({ owner }) => ({ token: owner.accessToken })),
  route('GET /api/realtime/policies', { anonymous: 200, all: 200 }),
  route('GET /health/live', { anonymous: 200, all: 200 }),
  route('GET /health/ready', { anonymous: 200, all: 200 }),
  route('GET /metrics', { all: 'UNAUTHENTICATED' }),
  route('GET /metrics (METRICS_TOKEN)', { anonymous: 200, all: 200 }, () => ({ headers: METRICS })),
  route('GET /metrics/sockets', { all: 'UNAUTHENTICATED' }),
  route('GET /metrics/sockets (METRICS_TOKEN)', { anonymous: 200, all: 200 }, () => ({ headers: METRICS })),
];
