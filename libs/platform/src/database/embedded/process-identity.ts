/** Tells processes apart although their ids are used again: a process is its id and the time it was started. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Comparable only with another value of this machine; absent where the platform does not tell. */
  startedAt?: string;
}

export function ownIdentity(): ProcessIdentity {
  const startedAt = startOf(process.pid);
  return startedAt === undefined ? { pid: process.pid } : { pid: process.pid, startedAt };
}

/** In doubt a process is alive: whoever asks wants to know whether it is safe to take its place. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (!exists(pid)) return false;
  const now = startOf(pid);
  return now === undefined || startedAt === undefined || now === startedAt;
}

/** The program and its arguments; undefined where the platform does not tell. */
export function commandLine(pid: number): string[] | undefined {
  if (process.platform === 'linux') return read(`/proc/${pid}/cmdline`)?.split('\0');
  return ask(pid, 'command')?.split(' ');
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return stateOf(pid) !== 'Z';
}

// A zombie is dead, and stays in the table while its parent does not ask for it, as in containers without an init.
const stateOf = (pid: number): string | undefined => linuxFields(pid)?.[0];

/** Ticks since boot, and which boot. */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ask(pid, 'lstart');
  const ticks = linuxFields(pid)?.[19];
  return ticks === undefined ? undefined : `${read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${ticks}`;
}

/** `/proc/<pid>/stat` from the state on. The name before it is in parentheses and may contain anything. */
function linuxFields(pid: number): string[] | undefined {
  const line = read(`/proc/${pid}/stat`);
  return line?.slice(line.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function ask(pid: number, column: 'command' | 'lstart'): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
