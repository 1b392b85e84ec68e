// Starts two nodes on one machine, with a Redis and a PostgreSQL of their own, behind one port: npm run start:cluster
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../build-if-needed.mjs';
import { endWithLauncher } from '../launcher.mjs';
import { loadSettings } from '../settings.mjs';
import { Balancer, KILL_PATH } from './balancer.mjs';
import { NodeProcess } from './node-process.mjs';

const NODES = ['node-1', 'node-2'];
const DEFAULT_PORT = 3000;

let services;
let nodes = [];
let balancer;
let ending;

async function start() {
  endWithLauncher();
  buildIfNeeded();
  loadSettings();
  const environment = { ...process.env, DATA_DIR: process.env.DATA_DIR || './data' };
  const urls = await startServices(environment);
  nodes = NODES.map(
    (name) =>
      new NodeProcess(name, {
        ...environment,
        DATABASE_URL: urls.databaseUrl,
        DATABASE_PASSWORD: '',
        REDIS_URL: urls.redisUrl,
        TRUSTED_PROXIES: '1',
        PLAYGROUND_KILL_PATH: KILL_PATH,
      }),
  );
  await Promise.all(nodes.map((node) => node.start()));
  if (ending) return;
  balancer = new Balancer(nodes);
  const host = process.env.HOST || 'localhost';
  const port = await balancer.listen(Number(process.env.PORT || DEFAULT_PORT), host);
  console.log(
    [
      '',
      '  The cluster is ready',
      `  All nodes http://${host}:${port}`,
      ...nodes.map(({ name, url }) => `  ${name}    ${url}`),
      '  A node that ends is started again after a second. Stop with Ctrl-C',
      '',
    ].join('\n'),
  );
}

async function startServices(environment) {
  // Detached: Ctrl-C reaches only this script, which stops the services after the nodes.
  services = spawn(process.execPath, [fileURLToPath(new URL('services.mjs', import.meta.url))], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  const exited = once(services, 'exit').then(() => {
    throw new Error('Redis or PostgreSQL could not be started.');
  });
  const [urls] = await Promise.race([once(services, 'message'), exited]);
  exited.catch(() => void end(1));
  return urls;
}

/** Stops the nodes before the services, which they need to save their state. A second signal hurries the nodes. */
async function end(code) {
  const isFirst = !ending;
  ending ??= Promise.all(nodes.map((node) => node.stop()));
  if (!isFirst) return void nodes.forEach((node) => void node.stop());
  await ending;
  balancer?.close();
  if (services && services.exitCode === null && services.signalCode === null) {
    services.kill('SIGTERM');
    await once(services, 'exit');
  }
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
start().catch((error) => {
  if (!ending) console.error(error.message);
  void end(1);
});
