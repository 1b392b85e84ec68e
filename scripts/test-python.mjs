/** Lets a Python client play against a server of its own: `npm run test:python`; needs python3-socketio. */
import { execFileSync, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { buildIfNeeded } from './build-if-needed.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';
try {
  execFileSync(PYTHON, ['-c', 'import socketio, requests'], { stdio: 'ignore' });
} catch {
  console.error(
    `${PYTHON} lacks socketio: apt-get install python3-socketio python3-requests python3-websocket (or set PYTHON)`,
  );
  process.exit(1);
}
await buildIfNeeded();
const dataDir = temporaryFolder();
const { startServer } = createRequire(import.meta.url)('../dist/apps/server/src/server.js');
const server = await startServer({ HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error' });
try {
  await server.ready;
  for (const transport of ['--polling', '--websocket']) {
    const child = spawn(PYTHON, ['test/clients/python_client.py', transport], {
      env: { ...process.env, SERVER: server.url },
      stdio: 'inherit',
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) process.exitCode = 1;
  }
} finally {
  await server.close();
}
process.exit();
