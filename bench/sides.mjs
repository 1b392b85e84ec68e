// The sides of the benchmarks: the program of each, its settings, and the client that loads it.
import { join } from 'node:path';
import { BENCH_JWT_SECRET } from './load/clients/tokens.mjs';
import { benchDir, repositoryRoot } from './support/paths.mjs';

const typescriptLoader = ['-r', join(repositoryRoot, 'test/support/typescript.cjs')];
const program = (name) => join(benchDir, 'servers', name);

// `client` is a file in load/clients/.
const ours = { args: [...typescriptLoader, program('ours.ts')], client: 'socketio' };
const bare = { args: [program('bare.mjs')], client: 'socketio' };

export const SIDES = {
  ours,
  'ours, no cork': { ...ours, env: { SOCKET_CORK: 'off' } },
  'ours, no sync': { ...ours, env: { BENCH_SYNC: 'off' } },
  'ours + Redis': { ...ours, redis: true },
  'ours sharded': { ...ours, redis: true, env: { REDIS_PUBSUB: 'sharded' } },
  'ours, world': { args: [...typescriptLoader, program('world.ts')], client: 'mover' },
  bare,
  'bare movers': { args: [program('bare-movers.mjs')], client: 'mover' },
  pubsub: { ...bare, redis: true, env: { ADAPTER: 'pubsub' } },
  sharded: { ...bare, redis: true, env: { ADAPTER: 'sharded' } },
  streams: { ...bare, redis: true, env: { ADAPTER: 'streams' } },
  ws: { args: [program('ws.mjs')], client: 'ws' },
  colyseus: { args: [program('colyseus.mjs')], client: 'colyseus' },
  product: { args: [...typescriptLoader, program('product.ts')], client: 'socketio' },
  pg: { args: [program('pg-loop.mjs')], client: 'socketio' },
  'pg fights': { args: [program('pg-fights.mjs')], client: 'socketio' },
  nest: { args: [...typescriptLoader, program('nest.ts')], client: 'socketio' },
};

/** Production settings, with limits that no benchmark reaches. Servers ignore the settings they do not know. */
export const SERVER_ENVIRONMENT = {
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: '0',
  JWT_SECRET: BENCH_JWT_SECRET,
  LIMITS: 'on',
  CONNECTIONS_PER_IP: '1000000',
  SOCKET_CORS_ORIGIN: 'http://localhost:3000',
  PING_INTERVAL_MS: '25000',
  LOG_LEVEL: 'warn',
  DRAIN_MS: '0',
  ALLOW_EMBEDDED_DATABASE: 'true',
  // Required by the configuration of a cluster; no server connects to it.
  DATABASE_URL: 'postgres://127.0.0.1:1/none',
};
