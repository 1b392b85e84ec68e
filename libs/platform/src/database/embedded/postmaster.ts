/** Finds, starts and stops the PostgreSQL server process (postmaster) of a cluster. */
import { open, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { programPath } from './binaries';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import type { PostgresInstance } from './postgres-instance';
import { readCommandLine, isProcessAlive } from './process-identity';
import { runProgram } from './program';

interface Postmaster {
  pid: number;
  port: number;
}

/** A start can fail because another program took the port, or because processes of a killed PostgreSQL take seconds to end. */
const START_ATTEMPTS = 8;
const START_PAUSE_MS = 200;
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
const STOP_S = 6;

const SETTINGS: Record<string, string | number> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Enough for several nodes on one machine, as in the tests.
  max_connections: 200,
  shared_buffers: '64MB',
  fsync: 'on',
  synchronous_commit: 'on',
  // The server logs failed statements without the texts of players, and the log file of PostgreSQL stays small.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/**
 * Finds the PostgreSQL that runs on this cluster and accepts connections; waits while it starts or stops.
 * @returns null if none runs. @throws EmbeddedPostgresError if it neither accepts connections nor ends.
 */
export async function findRunningPostmaster(cluster: string): Promise<Postmaster | null> {
  for (const end = performance.now() + START_TIMEOUT_MS; performance.now() < end; await delay(POLL_MS)) {
    const found = await readPidFile(cluster);
    if (!found) return null;
    if (!(await isPostmasterOf(cluster, found.pid))) {
      // PostgreSQL removes a stale file itself, unless another process now has the id.
      await rm(join(cluster, 'postmaster.pid'), { force: true });
      return null;
    }
    if (found.ready) return found;
  }
  throw new EmbeddedPostgresError(
    `The PostgreSQL that runs on ${cluster} neither accepts connections nor ends: stop it.`,
  );
}

/** @returns the port: the given one, or a free one. @throws EmbeddedPostgresError with the message of PostgreSQL. */
export async function startPostmaster(
  { binaries, dataDirectory, user }: PostgresInstance,
  logFile: string,
  port?: number,
): Promise<number> {
  const pgCtl = programPath(binaries, 'pg_ctl');
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const log = await open(logFile, 'a', 0o600);
    try {
      const { size } = await log.stat();
      const args = [
        'start',
        '--silent',
        '--wait',
        `--timeout=${START_TIMEOUT_MS / 1000}`,
        `--pgdata=${dataDirectory}`,
        `--options=${serverOptions(chosen)}`,
      ];
      if ((await runProgram(pgCtl, args, { user, output: log.fd })).ok) return chosen;
      if (attempt < START_ATTEMPTS) await delay(START_PAUSE_MS * attempt);
      else
        throw new EmbeddedPostgresError(
          `PostgreSQL does not start: ${await lastLoggedError(logFile, size)} (see ${logFile})`,
        );
    } finally {
      await log.close();
    }
  }
}

/** Stops PostgreSQL in fast mode. @returns false if it needs longer than `STOP_S`; it then continues to stop by itself. */
export async function stopPostmaster({ binaries, dataDirectory, user }: PostgresInstance): Promise<boolean> {
  const found = await readPidFile(dataDirectory);
  if (!found || !(await isPostmasterOf(dataDirectory, found.pid))) return true;
  const args = ['stop', '--mode=fast', '--wait', `--timeout=${STOP_S}`, `--pgdata=${dataDirectory}`];
  return (await runProgram(programPath(binaries, 'pg_ctl'), args, { user })).ok;
}

async function readPidFile(cluster: string): Promise<(Postmaster & { ready: boolean }) | null> {
  const content = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const [pid, , , port, , , , status] = content.split('\n');
  if (!pid) return null;
  return { pid: Number(pid), port: Number(port), ready: status?.trim() === 'ready' };
}

/** True in doubt: two PostgreSQL servers on one cluster would corrupt it. */
async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  if (!isProcessAlive({ pid })) return false;
  const [file, ...args] = readCommandLine(pid) ?? [];
  if (file === undefined) return true;
  if (!basename(file).startsWith('postgres')) return false;
  const folder = args[args.indexOf('-D') + 1];
  const [theirs, ours] = await Promise.all([folder ?? cluster, cluster].map((path) => stat(path).catch(() => null)));
  return !theirs || !ours || (theirs.ino === ours.ino && theirs.dev === ours.dev);
}

const serverOptions = (port: number): string =>
  [`-p ${port}`, ...Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`)].join(' ');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The last error that PostgreSQL logged after this position of the file, or else its last line. */
async function lastLoggedError(logFile: string, since: number): Promise<string> {
  const lines = (await readFile(logFile)).subarray(since).toString().trim().split('\n');
  const found = lines.findLast((line) => /FATAL|PANIC|could not/.test(line)) ?? lines.at(-1) ?? '';
  return found.replace(/^.*?(?:FATAL|PANIC|LOG):\s*/, '');
}
