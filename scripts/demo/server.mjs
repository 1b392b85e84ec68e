// A server of a demonstration's own, in this process: with its own PostgreSQL, on a free port, gone without a trace.
import { createRequire } from 'node:module';
import { buildIfNeeded } from '../build-if-needed.mjs';
import { temporaryFolder } from '../temporary-folder.mjs';

export async function startDemoServer(settings = {}) {
  buildIfNeeded();
  const { startServer } = createRequire(import.meta.url)('../../dist/apps/server/src/server.js');
  const server = await startServer({
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
  try {
    await server.ready;
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}
