// Measures in a process on the core of the load. Whatever becomes of it, nothing that it started is left behind.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { folder, LOAD_CORE } from './places.mjs';

const running = new Set();

/** @throws where it failed, or took longer than it may. */
export function measureOnce(order, limitMs) {
  const node = [process.execPath, '--max-semi-space-size=64', join(folder, 'one.mjs'), JSON.stringify(order)];
  // A group of its own, so that its servers and its Redis can be ended with it.
  const child = spawn('taskset', ['-c', String(LOAD_CORE), ...node], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.add(child);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${limitMs / 1000} s`)), limitMs);
    child.once('error', reject);
    child.once('message', ({ parts, error }) => (parts ? resolve(parts) : reject(new Error(error))));
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    child.once('exit', () => clearTimeout(timer));
  }).finally(() => end(child));
}

function end(child) {
  running.delete(child);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is there any more.
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of running) end(child);
    process.exit(130);
  });
}
