// Runs the server for development: compiles on every change, and restarts it when the change compiles.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { copyData, nestCli, root, serverEntry } from './build-if-needed.mjs';
import { endWithLauncher } from './launcher.mjs';
import { loadSettings } from './settings.mjs';

const SETTLE_MS = 200;
const END_WITH_PARENT = ['--import', new URL('end-with-parent.mjs', import.meta.url).href];

let server;
let settling;
let restarts = Promise.resolve();
let ending = false;

loadSettings();
endWithLauncher();

function startServer() {
  copyData();
  // A session of its own: Ctrl-C reaches this script alone, which then ends the server once and waits for it.
  const child = spawn(process.execPath, [...END_WITH_PARENT, '--enable-source-maps', serverEntry], {
    cwd: root,
    stdio: 'inherit',
    detached: true,
  });
  child.on('exit', (code) => {
    if (server !== child) return;
    server = undefined;
    console.log(`The server ended with code ${code}. It starts again after the next change.`);
  });
  server = child;
}

async function stopServer() {
  const child = server;
  if (!child) return;
  server = undefined;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

function restartSoon() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    restarts = restarts.then(async () => {
      await stopServer();
      if (!ending) startServer();
    });
  }, SETTLE_MS);
}

const watch = [nestCli, 'build', 'server', '--watch', '--preserveWatchOutput'];
const compiler = spawn(process.execPath, [...END_WITH_PARENT, ...watch], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
createInterface({ input: compiler.stdout }).on('line', (line) => {
  console.log(line);
  if (line.includes('Found 0 errors')) restartSoon();
});
compiler.on('exit', (code) => {
  if (!ending) void end(code ?? 1);
});

async function end(code) {
  if (ending) return;
  ending = true;
  clearTimeout(settling);
  compiler.kill();
  await restarts;
  await stopServer();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
