// Installs the production dependencies next to the built server, without running install scripts, and starts it once.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildIfNeeded, root } from './build-if-needed.mjs';
import { endWithLauncher } from './launcher.mjs';

const START_MS = 60_000;

endWithLauncher();
buildIfNeeded();
const folder = mkdtempSync(join(tmpdir(), 'aeturnis-production-'));
// As root, PostgreSQL runs as another user, which must be able to enter the folder.
chmodSync(folder, 0o755);
try {
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'dist'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--omit=dev', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The production packages could not be installed; see the output of npm above.');
  await start();
  console.log('The server starts in production with packages installed without install scripts.');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function start() {
  const port = await freePort();
  const endWithParent = ['--import', new URL('end-with-parent.mjs', import.meta.url).href];
  const server = spawn(process.execPath, [...endWithParent, 'dist/apps/server/src/main.js'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      JWT_SECRET: 'f3Qx0s9VbT7kLw2ZpYn8RcHj5MdGa1Ue',
      ALLOW_EMBEDDED_DATABASE: 'true',
      DATA_DIR: join(folder, 'data'),
      DRAIN_MS: '0',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    for (const end = Date.now() + START_MS; ;) {
      if (await isReady(port)) return;
      if (server.exitCode !== null) throw new Error(`The server exited early, with code ${server.exitCode}.`);
      if (Date.now() > end) throw new Error(`The server was not ready within ${START_MS} ms.`);
      await delay(200);
    }
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

function isReady(port) {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
