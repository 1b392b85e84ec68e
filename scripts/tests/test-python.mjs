/** Runs the Python client against a temporary server: `npm run test:python`; requires python3-socketio. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { startDemoServer } from '../demo/server.mjs';

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';
try {
  execFileSync(PYTHON, ['-c', 'import socketio, requests'], { stdio: 'ignore' });
} catch {
  console.error(
    `${PYTHON} lacks socketio or requests: apt-get install python3-socketio python3-requests python3-websocket (or set PYTHON)`,
  );
  process.exit(1);
}
const server = await startDemoServer();
try {
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
