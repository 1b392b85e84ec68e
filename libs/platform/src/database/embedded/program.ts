/** Runs one of PostgreSQL's programs to its end, as another user where that is asked, away from our terminal. */
import { spawn } from 'node:child_process';
import { parse } from 'node:path';

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

export interface ProgramOptions {
  user?: SystemUser | undefined;
  /** File descriptor for what it and the processes it leaves behind print; collected otherwise. */
  output?: number;
}

export interface Outcome {
  ok: boolean;
  output: string;
}

const BOUND_MS = 120_000;
const OUTPUT_CHARACTERS = 4_000;

/** Never rejects: a program that cannot be run at all is one that failed, and says why. */
export function runProgram(file: string, args: string[], { user, output }: ProgramOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    let printed = '';
    const sink = output ?? 'pipe';
    const child = spawn(file, args, {
      // Ctrl-C reaches the whole process group of the terminal: these are in one of their own.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', sink, sink],
      // Another user may have no right to be where we are, and our environment holds secrets.
      cwd: parse(file).root,
      ...(process.platform === 'win32' ? {} : { env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' } }),
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    // Of our own: the one of `spawn` goes on, and keeps the process alive, when the program cannot be run.
    const timer = setTimeout(() => child.kill('SIGKILL'), BOUND_MS);
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const hear = (chunk: Buffer): void => {
      printed = (printed + chunk.toString()).slice(-OUTPUT_CHARACTERS);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', (error) => settle({ ok: false, output: error.message }));
    child.once('close', (code) => settle({ ok: code === 0, output: printed.trim() }));
  });
}
