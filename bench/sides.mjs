// Who is measured: which program each side runs, with what settings, and which client speaks to it.
import { join } from 'node:path';
import { SECRET } from './load/tokens.mjs';
import { folder, root } from './support/places.mjs';

const typescript = ['-r', join(root, 'test/support/typescript.cjs')];
const program = (name) => join(folder, 'servers', name);

// `client` is a file in load/.
const ours = { args: [...typescript, program('ours.ts')], client: 'socketio' };
const bare = { args: [program('bare.mjs')], client: 'socketio' };

export const SIDES = {
  ours,
  'ours, no cork': { ...ours, env: { SOCKET_CORK: 'off' } },
  'ours, no sync': { ...ours, env: { BENCH_SYNC: 'off' } },
  'ours + Redis': { ...ours, redis: true },
  'ours sharded': { ...ours, redis: true, env: { REDIS_PUBSUB: 'sharded' } },
  'ours, world': { args: [...typescript, program('world.ts')], client: 'mover' },
  bare,
  'bare movers': { args: [program('bare-movers.mjs')], client: 'mover' },
  pubsub: { ...bare, redis: true, env: { ADAPTER: 'pubsub' } },
  sharded: { ...bare, redis: true, env: { ADAPTER: 'sharded' } },
  streams: { ...bare, redis: true, env: { ADAPTER: 'streams' } },
  ws: { args: [program('ws.mjs')], client: 'ws' },
  colyseus: { args: [program('colyseus.mjs')], client: 'colyseus' },
  product: { args: [...typescript, program('product.ts')], client: 'socketio' },
  pg: { args: [program('pg-loop.mjs')], client: 'socketio' },
  nest: { args: [...typescript, program('nest.ts')], client: 'socketio' },
};

/** As in production, with limits on, but none that a benchmark could reach. Those who know a setting heed it. */
export const ENVIRONMENT = {
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: '0',
  JWT_SECRET: SECRET,
  LIMITS: 'on',
  CONNECTIONS_PER_IP: '1000000',
  SOCKET_CORS_ORIGIN: 'http://localhost:3000',
  PING_INTERVAL_MS: '25000',
  LOG_LEVEL: 'warn',
  DRAIN_MS: '0',
  ALLOW_EMBEDDED_DATABASE: 'true',
  // Never connected to; the configuration of a cluster asks for one.
  DATABASE_URL: 'postgres://127.0.0.1:1/none',
};
