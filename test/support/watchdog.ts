/** Ends what a test started even when the test process dies without a word. */
import { type ChildProcess, spawn } from 'node:child_process';

// Its standard input is a pipe to the test process: the end of that pipe is the death of the test process. Where that
// is a worker, it would outlive the death of its test runner, so the watchdog ends it. The watchdog has a session of its
// own, so that the Ctrl-C which ends the test process leaves it to do its work.
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
  const gone = (pid) => {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  if (runner) setInterval(() => gone(runner) && !gone(worker) && process.kill(worker, 'SIGKILL'), 500);
`;

let watchdog: ChildProcess | undefined;
let nextId = 0;
const pending = new Set<number>();

/**
 * Runs a shell command when this process is gone, however it went.
 * @returns a function that takes the order back, for what has ended by itself.
 */
export function whenProcessDies(command: string): () => void {
  watchdog ??= start();
  const id = nextId++;
  pending.add(id);
  tell({ id, command });
  return () => {
    if (!pending.delete(id)) return;
    tell({ id });
    if (pending.size > 0) return;
    watchdog?.stdin?.end();
    watchdog = undefined;
  };
}

function start(): ChildProcess {
  // A worker speaks to its test runner over a channel; a test runner that works alone has none.
  const watched = process.connected ? [process.pid, process.ppid] : [];
  const child = spawn(process.execPath, ['-e', WATCHDOG, ...watched.map(String)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  return child;
}

function tell(order: { id: number; command?: string }): void {
  watchdog?.stdin?.write(`${JSON.stringify(order)}\n`);
}
