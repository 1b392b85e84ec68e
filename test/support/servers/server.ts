/** Starts test servers: inside this process, where coverage counts them, or as separate processes that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type RunningServer, startServer } from '../../../apps/server/src/server';
import { createMigratedDatabase } from '../databases/postgres';
import { type ServerEnvironment, testEnvironment } from '../environment';

export async function startTestServer(overrides: ServerEnvironment = {}): Promise<RunningServer> {
  const server = await startServer(testEnvironment(overrides));
  await server.ready;
  return server;
}

/** Starts a server on a migrated database of its own, which is dropped when the server closes. */
export async function startIsolatedServer(overrides: ServerEnvironment = {}): Promise<RunningServer> {
  const database = await createMigratedDatabase();
  const server = await startTestServer({ DATABASE_URL: database.url, ...overrides });
  const close = server.close.bind(server);
  return Object.assign(server, { close: () => close().finally(database.drop) });
}

export interface ServerProcess {
  url: string;
  process: ChildProcess;
  /** The complete output so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  exited: Promise<number | null>;
}

export const SERVER_MAIN = join(__dirname, '..', '..', '..', 'dist', 'apps', 'server', 'src', 'main.js');
const runningProcesses = new Set<ChildProcess>();

/**
 * Starts the built server as a process and waits until it is ready.
 * @param preload a module to preload; it can exchange messages with the test.
 * @param descriptors the limit of open files and connections.
 */
export async function startServerProcess(
  overrides: ServerEnvironment = {},
  preload?: string,
  descriptors?: number,
): Promise<ServerProcess> {
  const command = [process.execPath, ...(preload === undefined ? [] : ['-r', preload]), SERVER_MAIN];
  if (descriptors !== undefined) command.unshift('/bin/sh', '-c', `ulimit -n ${descriptors} && exec "$@"`, 'sh');
  const child = spawn(command[0] ?? '', command.slice(1), {
    env: { PATH: process.env['PATH'] ?? '', ...testEnvironment({ LOG_LEVEL: 'info', ...overrides }) },
    stdio: ['ignore', 'pipe', 'pipe', ...(preload === undefined ? [] : ['ipc' as const])],
  }) as ChildProcess & { stdout: Readable; stderr: Readable };
  runningProcesses.add(child);
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const onOutput = (chunk: Buffer): void => {
      output += chunk.toString();
      const ready = /API +(http:\/\/\S+)\/(?:docs|api)\s/.exec(output);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    void exited.then((code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
  return { url, process: child, output: () => output, kill: (signal) => void child.kill(signal), exited };
}

/** For `afterAll`: kills all server processes. */
export async function stopServerProcesses(): Promise<void> {
  const ended = [...runningProcesses].map(async (child) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  for (const child of runningProcesses) child.kill('SIGKILL');
  await Promise.all(ended);
  runningProcesses.clear();
}
