// Runs a measurement in a child process on the load's core, and kills its process group in any case.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { benchDir, LOAD_CORE } from './paths.mjs';

const running = new Set();

/** @throws if the measurement fails or exceeds `limitMs`. */
export function measureOnce(order, limitMs) {
  const node = [process.execPath, '--max-semi-space-size=64', join(benchDir, 'one.mjs'), JSON.stringify(order)];
  // Its own process group, so that its servers and its Redis can be killed with it.
  const child = spawn('taskset', ['-c', String(LOAD_CORE), ...node], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.add(child);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the measurement took longer than ${limitMs / 1000} s`)), limitMs);
    child.once('error', reject);
    child.once('message', ({ parts, error }) => (parts ? resolve(parts) : reject(new Error(error))));
    child.once('exit', (code) => reject(new Error(`the measurement exited with ${code}`)));
    child.once('exit', () => clearTimeout(timer));
  }).finally(() => end(child));
}

function end(child) {
  running.delete(child);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All processes of the group have exited already.
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of running) end(child);
    process.exit(130);
  });
}
