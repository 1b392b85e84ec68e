// Starts a private PostgreSQL with the product's tables, on the core of the load.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { processCpuUs } from './cpu.mjs';
import { benchDir, repositoryRoot } from './paths.mjs';

/** Calls `work({ url, cpu })`. PostgreSQL has stopped when the promise settles. */
export async function withPostgres(work) {
  const postgres = await startPostgres();
  try {
    return await work(postgres);
  } finally {
    await postgres.stop();
  }
}

async function startPostgres() {
  const args = ['-r', join(repositoryRoot, 'test/support/typescript.cjs'), join(benchDir, 'servers/postgres.ts')];
  const child = spawn(process.execPath, args, { cwd: repositoryRoot, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exit = once(child, 'exit');
  const exitedEarly = exit.then(([code]) =>
    Promise.reject(new Error(`PostgreSQL exited with ${code} before it was ready`)),
  );
  const [{ url, pid }] = await Promise.race([once(child, 'message'), exitedEarly]);
  exitedEarly.catch(() => undefined);
  return {
    url,
    /** CPU time of all its processes, in microseconds. */
    cpu: () => [pid, ...childrenOf(pid)].reduce((sum, processId) => sum + processCpuUs(processId), 0),
    stop: async () => {
      child.kill('SIGTERM');
      await exit;
    },
  };
}

function childrenOf(pid) {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'latin1'))[1]) === pid;
    } catch {
      // The process has ended since the folder was read.
      return false;
    }
  });
}
