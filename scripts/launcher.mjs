// Shuts this process down gracefully when the process that launched it has exited, whichever signal ended that one.
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

const POLL_MS = 500;
const SHELLS = new Set(['ash', 'bash', 'busybox', 'dash', 'fish', 'ksh', 'mksh', 'sh', 'zsh']);
const LINUX = process.platform === 'linux';

/**
 * For scripts of package.json. A package manager runs a script through a shell, and neither forwards every signal: without
 * this, stopping `npm start` would leave the server and its PostgreSQL running. A process that was not launched by a package
 * manager stays independent of its parent, so that it can run in the background.
 */
export function endWithLauncher() {
  if (process.env.npm_lifecycle_event !== undefined) endWhenAnyEnds(launcherPids());
}

/** For child processes that a script starts itself. */
export function endWithParent() {
  endWhenAnyEnds([process.ppid]);
}

function endWhenAnyEnds(pids) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && pids.every(isRunning)) return;
    clearInterval(timer);
    // Emitted instead of sent: on Windows a signal that is sent ends a process at once.
    if (!process.emit('SIGHUP', 'SIGHUP')) process.exit(1);
  }, POLL_MS);
  timer.unref();
}

/** The pids of the shell and the package manager, and of those that ran this package manager from another script. */
function launcherPids() {
  const pids = [];
  for (let pid = process.ppid, isInScript = true; isInScript && pid > 0;) {
    pids.push(pid);
    const { parent, program } = parentAndProgram(pid);
    if (!SHELLS.has(program)) isInScript = isLaunchedByScript(pid);
    pid = parent;
  }
  return pids;
}

function parentAndProgram(pid) {
  try {
    if (LINUX) return { parent: Number(processStat(pid)[1]), program: basename(readlinkSync(`/proc/${pid}/exe`)) };
    if (process.platform === 'win32') return { parent: 0, program: '' };
    const line = execFileSync('ps', ['-o', 'ppid=,ucomm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent = 0, program = ''] = /^\s*(\d+)\s+-?(.*?)\s*$/.exec(line) ?? [];
    return { parent: Number(parent), program };
  } catch {
    // The process belongs to another user or has just exited: its ancestors are not watched.
    return { parent: 0, program: '' };
  }
}

function isLaunchedByScript(pid) {
  try {
    return LINUX && /(^|\0)npm_lifecycle_event=/.test(readFileSync(`/proc/${pid}/environ`, 'utf8'));
  } catch {
    return false;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    // A zombie has exited; it stays in the process table until its parent reads its exit code.
    return !LINUX || processStat(pid)[0] !== 'Z';
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The fields of `/proc/<pid>/stat` from the state on. The name before them is in parentheses and may contain any character. */
function processStat(pid) {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}
