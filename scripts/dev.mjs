// Runs the server for development: compiles on every change, and restarts the server after a successful compilation. The
// playground is built on every change too; the running server serves the new files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch as watchFiles } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  codeFolders,
  copyData,
  nestCli,
  playgroundConfig,
  removeCompiled,
  root,
  serverEntry,
  viteCli,
} from './build-if-needed.mjs';
import { endWithLauncher } from './launcher.mjs';
import { loadSettings } from './settings.mjs';

const DEBOUNCE_MS = 200;
const END_WITH_PARENT = ['--import', new URL('end-with-parent.mjs', import.meta.url).href];

let server;
let debounceTimer;
let restarts = Promise.resolve();
let isEnding = false;

loadSettings();
endWithLauncher();

function startServer() {
  copyData();
  // Detached: Ctrl-C reaches only this script, which then stops the server once and waits for it.
  const child = spawn(process.execPath, [...END_WITH_PARENT, '--enable-source-maps', serverEntry], {
    cwd: root,
    stdio: 'inherit',
    detached: true,
  });
  child.on('exit', (code) => {
    if (server !== child) return;
    server = undefined;
    console.log(`The server exited with code ${code}. It restarts after the next change.`);
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

function scheduleRestart() {
  clearTimeout(debounceTimer);
  debounceTimer = setTimeout(() => {
    restarts = restarts.then(async () => {
      await stopServer();
      if (!isEnding) startServer();
    });
  }, DEBOUNCE_MS);
}

const buildPages = [viteCli, 'build', '--watch', '--config', playgroundConfig, '--logLevel', 'warn'];
const pages = spawn(process.execPath, [...END_WITH_PARENT, ...buildPages], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: true,
});
pages.on(
  'exit',
  (code) => isEnding || console.log(`The playground is no longer built: its build exited with code ${code}.`),
);

removeCompiled();
const watch = [nestCli, 'build', 'server', '--watch', '--preserveWatchOutput'];
const compiler = spawn(process.execPath, [...END_WITH_PARENT, ...watch], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
createInterface({ input: compiler.stdout }).on('line', (line) => {
  console.log(line);
  if (line.includes('Found 0 errors')) scheduleRestart();
});
// The compiler does not watch the Lua scripts.
for (const folder of codeFolders)
  watchFiles(join(root, folder), { recursive: true }, (_, file) => file?.endsWith('.lua') && scheduleRestart());
compiler.on('exit', (code) => {
  if (!isEnding) void end(code ?? 1);
});

async function end(code) {
  if (isEnding) return;
  isEnding = true;
  clearTimeout(debounceTimer);
  compiler.kill();
  pages.kill();
  await restarts;
  await stopServer();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
