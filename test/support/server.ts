/** Servers for tests: inside this process (counted by coverage), or as processes of their own that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type RunningServer, startServer } from '../../apps/server/src/server';
import { type ServerEnvironment, testEnvironment } from './environment';

export async function startTestServer(overrides: ServerEnvironment = {}): Promise<RunningServer> {
  const server = await startServer(testEnvironment(overrides));
  await server.ready;
  return server;
}

export interface ServerProcess {
  url: string;
  process: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  exited: Promise<number | null>;
}

export const MAIN = join(__dirname, '..', '..', 'dist', 'apps', 'server', 'src', 'main.js');
const running = new Set<ChildProcess>();

/**
 * Starts the built server as a process and waits until it is ready. It can be spoken to by what is preloaded.
 * @param descriptors how many files and connections it may have open.
 */
export async function startServerProcess(
  overrides: ServerEnvironment = {},
  preload?: string,
  descriptors?: number,
): Promise<ServerProcess> {
  const command = [process.execPath, ...(preload === undefined ? [] : ['-r', preload]), MAIN];
  if (descriptors !== undefined) command.unshift('/bin/sh', '-c', `ulimit -n ${descriptors} && exec "$@"`, 'sh');
  const child = spawn(command[0] ?? '', command.slice(1), {
    env: { PATH: process.env['PATH'] ?? '', ...testEnvironment({ LOG_LEVEL: 'info', ...overrides }) },
    stdio: ['ignore', 'pipe', 'pipe', ...(preload === undefined ? [] : ['ipc' as const])],
  }) as ChildProcess & { stdout: Readable; stderr: Readable };
  running.add(child);
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      const ready = /API +(http:\/\/\S+)\/(?:docs|api)\s/.exec(output);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then((code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
  return { url, process: child, output: () => output, kill: (signal) => void child.kill(signal), exited };
}

/** For `afterAll`: no test leaves a process behind. */
export async function stopServerProcesses(): Promise<void> {
  const ended = [...running].map(async (child) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(ended);
  running.clear();
}
