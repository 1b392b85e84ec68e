// The machine of a benchmark: servers on one core, Redis and the load on another, as far as the system lets us say so.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const results = join(root, 'bench', 'results');
export const SERVER_CORE = 0;
const LOAD_CORE = 1;
const typescript = ['-r', join(root, 'test/support/typescript.cjs')];

const PROGRAMS = {
  ours: [...typescript, join(root, 'bench/servers/ours.ts')],
  pubsub: [join(root, 'bench/servers/pubsub.mjs')],
};

/** Moves this process, and what it starts unless told otherwise, to the core of the load. */
export function takePlace() {
  const { status } = spawnSync('taskset', ['-a', '-cp', String(LOAD_CORE), String(process.pid)]);
  if (status !== 0) throw new Error('The benchmarks need taskset (util-linux) and two cores');
}

export async function startRedis() {
  const port = await freePort();
  const child = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  await redis.ping();
  return {
    pid: child.pid,
    url: `redis://127.0.0.1:${port}`,
    empty: () => redis.flushall(),
    stop: async () => {
      redis.disconnect();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Several nodes of one program. `profiles`: a folder for what `--cpu-prof` writes. */
export async function startServers(program, count, redisUrl, { profiles } = {}) {
  const profiling = profiles ? ['--cpu-prof', '--cpu-prof-dir', profiles, '--cpu-prof-name', `${program}-%p`] : [];
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startServer(
        profiles ? 'any' : SERVER_CORE,
        [...profiling.map((each) => each.replace('%p', `${index}.cpuprofile`)), ...PROGRAMS[program]],
        {
          NODE_ID: `node${index}`,
          REDIS_URL: redisUrl,
        },
      ),
    ),
  );
  return {
    urls: nodes.map(({ url }) => url),
    pids: nodes.map(({ child }) => child.pid),
    stop: () =>
      Promise.all(
        nodes.map(async ({ child }) => {
          child.removeAllListeners('exit');
          child.kill('SIGTERM');
          await once(child, 'exit');
        }),
      ),
  };
}

async function startServer(core, args, environment) {
  // The profiler samples from a thread of its own, which on one core sees only when the others sleep.
  const cores = core === 'any' ? `${SERVER_CORE},${LOAD_CORE}` : String(core);
  const child = spawn('taskset', ['-c', cores, process.execPath, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      LIMITS: 'off',
      LOG_LEVEL: 'error',
      DRAIN_MS: '0',
      JWT_SECRET: 'a-secret-for-benchmarks-that-is-long-enough',
      DATA_DIR: tmpdir(),
      // Never connected to; the configuration of a cluster asks for one.
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
      ...environment,
    },
  });
  const [url] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`a server ended with ${code}`))),
  ]);
  return { child, url };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return String(port);
}
