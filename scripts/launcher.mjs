// Ends this process in order once the process that launched it is gone, whichever signal ended that one.
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

const POLL_MS = 500;
const SHELLS = new Set(['ash', 'bash', 'busybox', 'dash', 'fish', 'ksh', 'mksh', 'sh', 'zsh']);
const LINUX = process.platform === 'linux';

/**
 * For scripts of package.json. A package manager runs a script through a shell, and neither passes every signal on: without
 * this, a supervisor that ends `npm start` leaves the server and its PostgreSQL behind. A process that no package manager
 * has launched stays independent of its parent, so that it can be put into the background.
 */
export function endWithLauncher() {
  if (process.env.npm_lifecycle_event !== undefined) endWithout(launchers());
}

/** For processes that a script starts for itself. */
export function endWithParent() {
  endWithout([process.ppid]);
}

function endWithout(pids) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent && pids.every(isRunning)) return;
    clearInterval(timer);
    // As when a terminal hangs up. Emitted and not sent: on Windows a signal that is sent ends a process at once.
    if (!process.emit('SIGHUP', 'SIGHUP')) process.exit(1);
  }, POLL_MS);
  timer.unref();
}

/** The package manager and the shell between, and those of the script that ran the package manager, if any. */
function launchers() {
  const found = [];
  for (let pid = process.ppid, script = true; script && pid > 0;) {
    found.push(pid);
    const { parent, program } = describe(pid);
    if (!SHELLS.has(program)) script = isLaunchedByScript(pid);
    pid = parent;
  }
  return found;
}

function describe(pid) {
  try {
    if (LINUX) return { parent: Number(statusOf(pid)[1]), program: basename(readlinkSync(`/proc/${pid}/exe`)) };
    if (process.platform === 'win32') return { parent: 0, program: '' };
    const line = execFileSync('ps', ['-o', 'ppid=,ucomm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent = 0, program = ''] = /^\s*(\d+)\s+-?(.*?)\s*$/.exec(line) ?? [];
    return { parent: Number(parent), program };
  } catch {
    // Another user's process, or one that has just ended: nothing above it is watched.
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
    // A zombie has ended; it stays in the table as long as its parent does not ask for its exit code.
    return !LINUX || statusOf(pid)[0] !== 'Z';
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The fields of `/proc/<pid>/stat` from the state on. The name before them is in parentheses and may hold anything. */
function statusOf(pid) {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}
