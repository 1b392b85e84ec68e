/** Runs the Python client against a temporary server, and judges the one of the conformance kit: `npm run test:python`. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { startDemoServer } from '../demo/server.mjs';

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';
try {
  execFileSync(PYTHON, ['-c', 'import socketio, requests, websocket'], { stdio: 'ignore' });
} catch {
  console.error(
    `${PYTHON} lacks socketio, requests or websocket: apt-get install python3-socketio python3-requests python3-websocket (or set PYTHON)`,
  );
  process.exit(1);
}
async function run(command, args, variables = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...variables }, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exitCode = 1;
}

const server = await startDemoServer();
try {
  for (const transport of ['--polling', '--websocket'])
    await run(PYTHON, ['test/clients/python_client.py', transport], { SERVER: server.url });
} finally {
  await server.close();
}
await run(process.execPath, ['scripts/conformance.mjs', PYTHON, 'examples/conformance/python_client.py']);
process.exit();
