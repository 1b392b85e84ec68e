/** Runs a program of PostgreSQL to its end, optionally as another user, and detached from the terminal. */
import { spawn } from 'node:child_process';
import { parse } from 'node:path';

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

interface ProgramOptions {
  user?: SystemUser | undefined;
  /** File descriptor for the output of the program and of the processes it starts; absent: the output is returned. */
  output?: number;
}

interface ProgramResult {
  ok: boolean;
  output: string;
}

const TIMEOUT_MS = 120_000;
const OUTPUT_CHARACTERS = 4_000;

/** Never rejects: if the program cannot be started, the result is a failure whose output is the reason. */
export function runProgram(
  file: string,
  args: string[],
  { user, output }: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let printed = '';
    const sink = output ?? 'pipe';
    const child = spawn(file, args, {
      // A separate process group: Ctrl-C signals the whole group of the terminal.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', sink, sink],
      // The other user may have no access to the current directory, and the environment contains secrets.
      cwd: parse(file).root,
      ...(process.platform === 'win32' ? {} : { env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' } }),
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    // Not the `timeout` of `spawn`: if the program cannot be started, its timer keeps this process alive.
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    const finish = (outcome: ProgramResult): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const onOutput = (chunk: Buffer): void => {
      printed = (printed + chunk.toString()).slice(-OUTPUT_CHARACTERS);
    };
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    child.once('error', (error) => finish({ ok: false, output: error.message }));
    child.once('close', (code) => finish({ ok: code === 0, output: printed.trim() }));
  });
}
