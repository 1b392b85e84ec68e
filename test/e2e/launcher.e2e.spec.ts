/** Processes started by a launcher end with it: the server, its PostgreSQL and the children of scripts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  isProcessAlive,
  currentProcessIdentity,
  type ProcessIdentity,
} from '../../libs/platform/src/database/embedded/process-identity';
import { waitUntil } from '../support/clients/client';
import { createTemporaryFolder, testEnvironment } from '../support/environment';

const ROOT = join(__dirname, '..', '..');
const PATIENCE_MS = 90_000;

interface Launched {
  launcher: ChildProcess & { stdout: Readable; stderr: Readable };
  dataDir: string;
  output(): string;
}

const started: Launched['launcher'][] = [];

afterEach(() => {
  for (const { pid, stdout, stderr } of started.splice(0)) {
    killGroup(pid);
    for (const stream of [stdout, stderr]) stream.destroy();
  }
});

/** Cleans up after a failed test. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All processes of the group have ended.
  }
}

function launch(command: string, args: string[], settings: Record<string, string> = {}): Launched {
  const environment = testEnvironment({ NODE_ENV: 'development', LOG_LEVEL: 'info', ...settings });
  const launcher = spawn(command, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a supervisor creates it.
    detached: true,
  });
  started.push(launcher);
  let output = '';
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { launcher, dataDir: environment['DATA_DIR'] ?? '', output: () => output };
}

async function npmStart(): Promise<Launched & { server: ProcessIdentity; postgres: ProcessIdentity }> {
  const launched = launch('npm', ['start']);
  await waitUntil(() => launched.output().includes('is ready'), `ready:\n${launched.output()}`, PATIENCE_MS);
  const server = JSON.parse(readFileSync(join(launched.dataDir, 'server.lock'), 'utf8')) as ProcessIdentity;
  return { ...launched, server, postgres: postmasterIn(launched.dataDir) };
}

const pidFile = (dataDir: string): string => join(dataDir, 'postgres', 'postmaster.pid');

const postmasterIn = (dataDir: string): ProcessIdentity => ({
  pid: Number(readFileSync(pidFile(dataDir), 'utf8').split('\n')[0]),
});

const SIGNALS: NodeJS.Signals[] = ['SIGTERM', 'SIGKILL', 'SIGHUP'];

it(
  'npm start: server and PostgreSQL shut down in order, whichever signal ends npm',
  async () => {
    const ended = SIGNALS.map(async (signal) => {
      const { launcher, server, postgres, dataDir } = await npmStart();
      launcher.kill(signal);
      // The reader of the server's output has ended as well.
      launcher.stdout.destroy();
      launcher.stderr.destroy();
      await waitUntil(() => !isProcessAlive(server), `the server has ended after ${signal}`, PATIENCE_MS);
      // A killed PostgreSQL would leave this file behind.
      return { signal, postgres: isProcessAlive(postgres), pidFile: existsSync(pidFile(dataDir)) };
    });
    expect(await Promise.all(ended)).toEqual(SIGNALS.map((signal) => ({ signal, postgres: false, pidFile: false })));
  },
  2 * PATIENCE_MS,
);

describe('a script', () => {
  const SCRIPT = `
    import(${JSON.stringify(join(ROOT, 'scripts', 'launcher.mjs'))}).then(({ endWithLauncher }) => {
      endWithLauncher();
      setInterval(() => undefined, 1_000);
      console.log(JSON.stringify({ pid: process.pid, parent: process.ppid }));
    });`;

  /** Runs a script that only waits for the end of its launcher. */
  async function launchScript(
    command: (file: string) => string,
    runner = ['npm', 'exec', '--offline', '--call'],
  ): Promise<{ launcher: ChildProcess; script: ProcessIdentity; shell: number }> {
    const file = join(createTemporaryFolder(), 'script.cjs');
    writeFileSync(file, SCRIPT);
    const [program = '', ...options] = runner;
    const { launcher, output } = launch(program, [...options, command(file)]);
    await waitUntil(() => output().includes('}'), 'the script runs', PATIENCE_MS);
    const { pid, parent } = JSON.parse(output()) as { pid: number; parent: number };
    return { launcher, script: { pid }, shell: parent };
  }

  it('ends with the shell that npm started for it', async () => {
    const { launcher, script, shell } = await launchScript((file) => `node ${file}; true`);
    expect(shell).not.toBe(launcher.pid);
    process.kill(shell, 'SIGKILL');
    await waitUntil(() => !isProcessAlive(script), 'the script has ended', PATIENCE_MS);
  }, 120_000);

  it('ends with the npm that started the npm which started it', async () => {
    const { launcher, script } = await launchScript((file) => `npm exec --offline --call 'node ${file}; true'; true`);
    launcher.kill('SIGKILL');
    await waitUntil(() => !isProcessAlive(script), 'the script has ended', PATIENCE_MS);
  }, 120_000);

  it('outlives a shell that was not started by a package manager', async () => {
    const { launcher, script } = await launchScript((file) => `node ${file} & wait`, ['sh', '-c']);
    const watched = await launchScript((file) => `node ${file}; true`);
    for (const process of [launcher, watched.launcher]) process.kill('SIGKILL');
    // By that time the other script would have noticed the end of its launcher as well.
    await waitUntil(() => !isProcessAlive(watched.script), 'the watched script has ended', PATIENCE_MS);
    expect(isProcessAlive(script)).toBe(true);
  }, 120_000);
});

it('a demonstration whose terminal hangs up removes its PostgreSQL and its folder', async () => {
  const folder = createTemporaryFolder();
  const { launcher } = launch(process.execPath, ['scripts/demo/demo-world.mjs'], { TMPDIR: folder });
  const dataDirs = (): string[] => readdirSync(folder).filter((name) => existsSync(pidFile(join(folder, name))));
  await waitUntil(() => dataDirs().length === 1, 'PostgreSQL is started', PATIENCE_MS);
  const postgres = postmasterIn(join(folder, dataDirs()[0] ?? ''));
  launcher.kill('SIGHUP');
  await once(launcher, 'exit');
  expect(isProcessAlive(postgres)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
}, 120_000);

it('the child processes of a killed script end with it', async () => {
  const preload = join(ROOT, 'scripts', 'end-with-parent.mjs');
  const child = `setInterval(() => undefined, 1_000); console.log(process.pid);`;
  const script = `require('child_process').spawn(process.execPath, ['--import', ${JSON.stringify(preload)}, '-e', ${JSON.stringify(child)}], { stdio: 'inherit', detached: true });`;
  const { launcher, output } = launch(process.execPath, ['-e', `${script} setInterval(() => undefined, 1_000);`]);
  await waitUntil(() => /^\d+\n/.test(output()), 'the child runs', PATIENCE_MS);
  const identity: ProcessIdentity = { pid: Number(output()) };
  expect(identity).not.toEqual(currentProcessIdentity());
  launcher.kill('SIGKILL');
  await waitUntil(() => !isProcessAlive(identity), 'the child has ended', PATIENCE_MS);
});
