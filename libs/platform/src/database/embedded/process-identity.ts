/** Identifies a process by its id and its start time, because the system reuses ids. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Comparable only with other values of this machine; absent if the platform does not provide it. */
  startedAt?: string;
}

export function currentProcessIdentity(): ProcessIdentity {
  const startedAt = readStartTime(process.pid);
  return startedAt === undefined ? { pid: process.pid } : { pid: process.pid, startedAt };
}

/** True in doubt: callers take over the resources of a process that is not alive. */
export function isProcessAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (!isPidInUse(pid)) return false;
  const now = readStartTime(pid);
  return now === undefined || startedAt === undefined || now === startedAt;
}

/** The program and its arguments; undefined if the platform does not provide them. */
export function readCommandLine(pid: number): string[] | undefined {
  if (process.platform === 'linux') return readTextFile(`/proc/${pid}/cmdline`)?.split('\0');
  return readPsColumn(pid, 'command')?.split(' ');
}

function isPidInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return readProcessState(pid) !== 'Z';
}

// A zombie has ended, and stays in the process table until its parent reaps it: in a container without an init, for ever.
const readProcessState = (pid: number): string | undefined => readLinuxStat(pid)?.[0];

/** On Linux: the boot id, and ticks since that boot. */
function readStartTime(pid: number): string | undefined {
  if (process.platform !== 'linux') return readPsColumn(pid, 'lstart');
  const ticks = readLinuxStat(pid)?.[19];
  return ticks === undefined ? undefined : `${readTextFile('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${ticks}`;
}

/** The fields of `/proc/<pid>/stat` from the state on. The name before them is in parentheses and may contain any character. */
function readLinuxStat(pid: number): string[] | undefined {
  const line = readTextFile(`/proc/${pid}/stat`);
  return line?.slice(line.lastIndexOf(')') + 2).split(' ');
}

function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readPsColumn(pid: number, column: 'command' | 'lstart'): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
