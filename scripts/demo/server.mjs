// Starts a temporary server in this process: with an embedded PostgreSQL, on a free port, and without data left behind.
import { createRequire } from 'node:module';
import { buildIfNeeded } from '../build-if-needed.mjs';
import { endWithLauncher } from '../launcher.mjs';
import { temporaryFolder } from '../temporary-folder.mjs';

export async function startDemoServer(settings = {}) {
  endWithLauncher();
  buildIfNeeded();
  const { startServer } = createRequire(import.meta.url)('../../dist/apps/server/src/server.js');
  const starting = startServer({
    ...process.env,
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: '0',
    SOCKET_PORT: '',
    DATABASE_URL: '',
    REDIS_URL: '',
    ZONES_DIR: '',
    DATA_DIR: temporaryFolder(),
    LOG_LEVEL: 'error',
    ...settings,
  });
  // Without a shutdown, the embedded PostgreSQL would outlive this process.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void shutDown(starting));
  const server = await starting;
  try {
    await server.ready;
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/** Runs a demo on a temporary server, and ends the process after it. `printLine(who, what)` prints its progress. */
export async function runOnDemoServer(runDemo, printLine) {
  printLine('server', 'starts with an embedded PostgreSQL');
  const server = await startDemoServer();
  try {
    printLine('server', `is ready at ${server.url}`);
    await runDemo(server.url);
  } catch (error) {
    process.exitCode = 1;
    printLine('demo', `failed: ${error.message}`);
  } finally {
    await server.close();
    printLine('server', 'has stopped, together with PostgreSQL');
  }
  process.exit();
}

async function shutDown(starting) {
  const server = await starting.catch(() => undefined);
  await server?.close();
  process.exit();
}
