/** The running PostgreSQL of a cluster: finds it, starts it on a free port, stops it. */
import { open, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { program } from './binaries';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import type { Placement } from './placement';
import { commandLine, isAlive } from './process-identity';
import { runProgram } from './program';

export interface Postmaster {
  pid: number;
  port: number;
}

/** The port may be taken by the time it is used, and what a killed PostgreSQL left behind takes seconds to end. */
const START_ATTEMPTS = 8;
const START_PAUSE_MS = 200;
const SETTLE_MS = 60_000;
const POLL_MS = 100;
const STOP_S = 6;

const SETTINGS: Record<string, string | number> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Enough for some nodes beside each other, and for tests that start as many at one time.
  max_connections: 200,
  shared_buffers: '64MB',
  fsync: 'on',
  synchronous_commit: 'on',
  // Failing statements are told by the server, without what players wrote; the rest stays small for years.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/**
 * The PostgreSQL of this cluster that runs and takes connections, or null when none does. One that is on its way up or
 * down is waited for. @throws EmbeddedPostgresError when it stays on its way.
 */
export async function runningPostmaster(cluster: string): Promise<Postmaster | null> {
  for (const end = performance.now() + SETTLE_MS; performance.now() < end; await delay(POLL_MS)) {
    const found = await readPidFile(cluster);
    if (!found) return null;
    if (!(await isPostmasterOf(cluster, found.pid))) {
      // PostgreSQL does so itself, unless the id belongs to another process by now.
      await rm(join(cluster, 'postmaster.pid'), { force: true });
      return null;
    }
    if (found.ready) return found;
  }
  throw new EmbeddedPostgresError(
    `The PostgreSQL that runs on ${cluster} neither takes connections nor ends: stop it.`,
  );
}

/** Answers the port: the one given, or a free one. @throws EmbeddedPostgresError with PostgreSQL's own words. */
export async function startPostmaster(
  { binaries, cluster, user }: Placement,
  logFile: string,
  port?: number,
): Promise<number> {
  const pgCtl = program(binaries, 'pg_ctl');
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const log = await open(logFile, 'a', 0o600);
    try {
      const { size } = await log.stat();
      const args = [
        'start',
        '--silent',
        '--wait',
        `--timeout=${SETTLE_MS / 1000}`,
        `--pgdata=${cluster}`,
        `--options=${options(chosen)}`,
      ];
      if ((await runProgram(pgCtl, args, { user, output: log.fd })).ok) return chosen;
      if (attempt < START_ATTEMPTS) await delay(START_PAUSE_MS * attempt);
      else
        throw new EmbeddedPostgresError(
          `PostgreSQL does not start: ${await complaint(logFile, size)} (see ${logFile})`,
        );
    } finally {
      await log.close();
    }
  }
}

/** Ends connections and writes everything down. False when that takes longer than some seconds; it goes on then. */
export async function stopPostmaster({ binaries, cluster, user }: Placement): Promise<boolean> {
  const found = await readPidFile(cluster);
  if (!found || !(await isPostmasterOf(cluster, found.pid))) return true;
  const args = ['stop', '--mode=fast', '--wait', `--timeout=${STOP_S}`, `--pgdata=${cluster}`];
  return (await runProgram(program(binaries, 'pg_ctl'), args, { user })).ok;
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

/** In doubt it is: two of them on one cluster would ruin it. */
async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  if (!isAlive({ pid })) return false;
  const [file, ...args] = commandLine(pid) ?? [];
  if (file === undefined) return true;
  if (!basename(file).startsWith('postgres')) return false;
  const folder = args[args.indexOf('-D') + 1];
  const [theirs, ours] = await Promise.all([folder ?? cluster, cluster].map((path) => stat(path).catch(() => null)));
  return !theirs || !ours || (theirs.ino === ours.ino && theirs.dev === ours.dev);
}

const options = (port: number): string =>
  [`-p ${port}`, ...Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`)].join(' ');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What PostgreSQL said last and worst since the log had this size. */
async function complaint(logFile: string, since: number): Promise<string> {
  const lines = (await readFile(logFile)).subarray(since).toString().trim().split('\n');
  const worst = lines.findLast((line) => /FATAL|PANIC|could not/.test(line)) ?? lines.at(-1) ?? '';
  return worst.replace(/^.*?(?:FATAL|PANIC|LOG):\s*/, '');
}
