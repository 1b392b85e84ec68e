// Server processes on a core of their own: started, asked for their memory, and ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT } from '../sides.mjs';
import { folder, LOAD_CORE, profiles, root, SERVER_CORE } from './places.mjs';

const PATIENCE_MS = 5_000;

/** Several nodes of one side. `profile`: the name of a CPU profile to write. */
export async function startServers({ args, env }, { count, redisUrl, profile, settings }) {
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startServer(
        [...profiling(profile && `${profile}-${index}`), ...args],
        {
          ...ENVIRONMENT,
          ...(redisUrl ? { REDIS_URL: redisUrl } : { DATABASE_URL: '' }),
          ...env,
          ...settings,
          NODE_ID: `node${index}`,
        },
        profile !== undefined,
      ),
    ),
  );
  return {
    urls: nodes.map(({ url }) => url),
    pids: nodes.map(({ child }) => child.pid),
    /** What the first node holds when its garbage is gone, as `process.memoryUsage` has it. */
    memory: async () => {
      const [{ child }] = nodes;
      child.kill('SIGUSR2');
      const [{ memory }] = await once(child, 'message');
      return memory;
    },
    /** Watches the event loop of the first node; the answered function tells how late it was, in milliseconds. */
    watchLoop: () => {
      const [{ child }] = nodes;
      child.send('watch');
      return async () => {
        child.send('tell');
        const [{ loop }] = await once(child, 'message');
        return loop;
      };
    },
    stop: () => Promise.all(nodes.map(({ child }) => stop(child))),
  };
}

function profiling(name) {
  if (!name) return [];
  mkdirSync(profiles, { recursive: true });
  return ['--cpu-prof', '--cpu-prof-dir', profiles, '--cpu-prof-name', `${name}.cpuprofile`];
}

async function startServer(args, env, profiled) {
  // The profiler samples from a thread of its own, which on one core sees only when the others sleep.
  const cores = profiled ? `${SERVER_CORE},${LOAD_CORE}` : String(SERVER_CORE);
  const node = [process.execPath, '--expose-gc', '-r', join(folder, 'servers/attend.cjs'), ...args];
  const child = spawn('taskset', ['-c', cores, ...node], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, DATA_DIR: tmpdir(), ...env },
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint = `${complaint}${chunk}`.slice(-2_000)));
  const died = (code) => new Error(`a server ended with ${code}: ${complaint}`);
  const gone = once(child, 'exit').then(([code]) => Promise.reject(died(code)));
  const [{ url }] = await Promise.race([once(child, 'message'), gone]);
  child.once('exit', (code) => {
    throw died(code);
  });
  gone.catch(() => undefined);
  return { child, url };
}

async function stop(child) {
  child.removeAllListeners('exit');
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await exit;
  clearTimeout(timer);
}
