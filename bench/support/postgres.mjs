// A PostgreSQL of the benchmark's own, with the product's tables, on the core of the load.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cpuOf } from './cpu.mjs';
import { folder, root } from './places.mjs';

/** `work` gets `{ url, cpu }`; all of it has ended when this settles. */
export async function withPostgres(work) {
  const postgres = await startPostgres();
  try {
    return await work(postgres);
  } finally {
    await postgres.stop();
  }
}

async function startPostgres() {
  const args = ['-r', join(root, 'test/support/typescript.cjs'), join(folder, 'servers/postgres.ts')];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exit = once(child, 'exit');
  const gone = exit.then(([code]) => Promise.reject(new Error(`PostgreSQL ended with ${code}`)));
  const [{ url, pid }] = await Promise.race([once(child, 'message'), gone]);
  gone.catch(() => undefined);
  return {
    url,
    /** Of all its processes, in microseconds. */
    cpu: () => [pid, ...childrenOf(pid)].reduce((sum, each) => sum + cpuOf(each), 0),
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
      // It has ended since the folder was read.
      return false;
    }
  });
}
