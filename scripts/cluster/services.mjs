// A Redis and an embedded PostgreSQL for the nodes of `npm run start:cluster`. A process of its own, so that both end with the
// script that started it, even if that is killed. It sends their URLs to that script.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { endWithParent } from '../launcher.mjs';

const require = createRequire(import.meta.url);
const { findRedis } = require('../redis-binary.cjs');
const { EmbeddedPostgres } = require('../../dist/libs/platform/src/database/embedded/embedded-postgres.js');

const stops = [];
let isEnding = false;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Listens on 127.0.0.1 only and stores nothing on disk. */
async function startRedis() {
  const { command, leadingArgs, env, container } = await findRedis();
  const port = await freePort();
  // Inside a container, loopback would be the container's own.
  const bind = container ? ['--protected-mode', 'no'] : ['--bind', '127.0.0.1'];
  const args = [...leadingArgs(port), '--port', String(port), '--save', '', '--appendonly', 'no', ...bind];
  // Detached: Ctrl-C must not end Redis before the nodes have saved their state.
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const exited = once(child, 'exit');
  stops.push(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    void exited.then(([code]) => reject(new Error(`redis-server ended with code ${code}`)), reject);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve();
    });
  });
  return `redis://127.0.0.1:${port}`;
}

async function startPostgres() {
  const postgres = await EmbeddedPostgres.start({ dataDir: process.env.DATA_DIR, log: console.log });
  stops.push(() => postgres.stop());
  return postgres.url;
}

async function end(code) {
  if (isEnding) return;
  isEnding = true;
  await Promise.allSettled(stops.map((stop) => stop()));
  process.exit(code);
}

endWithParent();
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
// Ctrl-C reaches the whole process group; the script that started this one ends it after the nodes.
process.on('SIGINT', () => undefined);
try {
  const databaseUrl = await startPostgres();
  const redisUrl = await startRedis();
  process.send({ databaseUrl, redisUrl });
} catch (error) {
  console.error(error.message);
  await end(1);
}
