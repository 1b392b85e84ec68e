/** Runs clean-up commands when the test process dies, even if it is killed. */
import { type ChildProcess, spawn } from 'node:child_process';

// Its standard input is a pipe from the test process, which closes when that dies. A Jest worker would outlive its test
// runner, so the watchdog kills it. The watchdog has its own session, so that the Ctrl-C that ends the test process does
// not end it.
const WATCHDOG = `
  const [worker, runner] = process.argv.slice(1).map(Number);
  const commands = new Map();
  require('node:readline').createInterface({ input: process.stdin })
    .on('line', (line) => {
      const { id, command } = JSON.parse(line);
      if (command === undefined) commands.delete(id);
      else commands.set(id, command);
    })
    .on('close', () => {
      for (const command of commands.values()) require('node:child_process').spawnSync('sh', ['-c', command]);
      process.exit();
    });
  const isDead = (pid) => {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  if (runner) setInterval(() => isDead(runner) && !isDead(worker) && process.kill(worker, 'SIGKILL'), 500);
`;

let watchdog: ChildProcess | undefined;
let nextId = 0;
const pending = new Set<number>();

/**
 * Runs a shell command when this process dies, however it dies.
 * @returns a function that cancels the command, for resources that have been released.
 */
export function runOnProcessDeath(command: string): () => void {
  watchdog ??= startWatchdog();
  const id = nextId++;
  pending.add(id);
  sendToWatchdog({ id, command });
  return () => {
    if (!pending.delete(id)) return;
    sendToWatchdog({ id });
    if (pending.size > 0) return;
    watchdog?.stdin?.end();
    watchdog = undefined;
  };
}

function startWatchdog(): ChildProcess {
  // A Jest worker has an IPC channel to its test runner; a runner without workers has none.
  const watched = process.connected ? [process.pid, process.ppid] : [];
  const child = spawn(process.execPath, ['-e', WATCHDOG, ...watched.map(String)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  return child;
}

function sendToWatchdog(request: { id: number; command?: string }): void {
  watchdog?.stdin?.write(`${JSON.stringify(request)}\n`);
}
