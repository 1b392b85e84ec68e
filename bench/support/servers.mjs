// Starts the server processes on their own core, reads their memory, and stops them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVER_ENVIRONMENT } from '../sides.mjs';
import { benchDir, LOAD_CORE, profilesDir, repositoryRoot, SERVER_CORE } from './paths.mjs';

const STOP_TIMEOUT_MS = 5_000;

/** Starts `count` nodes of one side. `profile`: the name of a CPU profile to write. */
export async function startServers({ args, env }, { count, redisUrl, profile, settings }) {
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startServer(
        [...profilerArguments(profile && `${profile}-${index}`), ...args],
        {
          ...SERVER_ENVIRONMENT,
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
    /** `process.memoryUsage` of the first node after a garbage collection. */
    memory: async () => {
      const [{ child }] = nodes;
      child.kill('SIGUSR2');
      const [{ memory }] = await once(child, 'message');
      return memory;
    },
    /** Measures the event loop of the first node. Returns a function that returns its delays in milliseconds. */
    watchLoop: () => {
      const [{ child }] = nodes;
      child.send('watch');
      return async () => {
        child.send('report');
        const [{ loop }] = await once(child, 'message');
        return loop;
      };
    },
    stop: () => Promise.all(nodes.map(({ child }) => stop(child))),
  };
}

function profilerArguments(name) {
  if (!name) return [];
  mkdirSync(profilesDir, { recursive: true });
  return ['--cpu-prof', '--cpu-prof-dir', profilesDir, '--cpu-prof-name', `${name}.cpuprofile`];
}

async function startServer(args, env, isProfiled) {
  // The profiler samples from its own thread, which on a single core would run only while the others sleep.
  const cores = isProfiled ? `${SERVER_CORE},${LOAD_CORE}` : String(SERVER_CORE);
  const node = [process.execPath, '--expose-gc', '-r', join(benchDir, 'servers/measurement-probe.cjs'), ...args];
  const child = spawn('taskset', ['-c', cores, ...node], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, DATA_DIR: tmpdir(), ...env },
  });
  let stderrTail = '';
  child.stderr.on('data', (chunk) => (stderrTail = `${stderrTail}${chunk}`.slice(-2_000)));
  const exitError = (code) => new Error(`a server exited with ${code}: ${stderrTail}`);
  const exitedEarly = once(child, 'exit').then(([code]) => Promise.reject(exitError(code)));
  const [{ url }] = await Promise.race([once(child, 'message'), exitedEarly]);
  child.once('exit', (code) => {
    throw exitError(code);
  });
  exitedEarly.catch(() => undefined);
  return { child, url };
}

async function stop(child) {
  child.removeAllListeners('exit');
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exit;
  clearTimeout(timer);
}
