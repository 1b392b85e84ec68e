// A server of a demonstration's own, in this process: with its own PostgreSQL, on a free port, gone without a trace.
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
  // The embedded PostgreSQL would outlive this process.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end(starting));
  const server = await starting;
  try {
    await server.ready;
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

async function end(starting) {
  const server = await starting.catch(() => undefined);
  await server?.close();
  process.exit();
}
