/** An example in a folder of its own, outside of the repository, with the packed packages installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { waitUntil } from '../support/clients/client';
import { freePort } from '../support/free-port';
import { PUBLISHED, repository } from './published-files';

/** What building and installing in the repository may have left. */
const DERIVED = new Set(['node_modules', 'dist', 'package-lock.json']);

const START_MS = 120_000;

interface StartedGame {
  readonly url: string;
  readonly process: ChildProcess;
  /** The signal or the code with which the process ends. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export class InstalledGame {
  private readonly root = mkdtempSync(join(tmpdir(), 'aeturnis-game-'));
  readonly folder: string;

  constructor(example = 'examples/my-game') {
    this.folder = join(this.root, example);
    const isSource = (path: string): boolean => !DERIVED.has(basename(path));
    cpSync(join(repository, example), this.folder, { recursive: true, filter: isSource });
    // Where the dependencies of the example point to.
    for (const name of PUBLISHED)
      cpSync(join(repository, 'packages', `${name}.tgz`), join(this.root, 'packages', `${name}.tgz`));
  }

  /** Installs what the manifest of the example names. */
  install(): void {
    this.run('npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  }

  /** @throws with what the program has printed, if it fails. */
  run(program: string, ...args: string[]): string {
    const options = { cwd: this.folder, encoding: 'utf8', env: ownEnvironment() } as const;
    const { status, stdout, stderr } = spawnSync(program, args, options);
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Starts what `npm start` starts. Resolves when the game takes traffic. */
  async start(): Promise<StartedGame> {
    const port = await freePort();
    const endWithTest = ['--import', join(repository, 'scripts/end-with-parent.mjs')];
    const child = spawn(process.execPath, [...endWithTest, 'dist/src/main.js'], {
      cwd: this.folder,
      env: { ...ownEnvironment(), PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const url = `http://127.0.0.1:${port}`;
    const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals | null);
    const isReady = (): Promise<boolean> =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    await waitUntil(async () => child.exitCode !== null || (await isReady()), 'the start of the game', START_MS);
    if (child.exitCode !== null) throw new Error(`the game has ended with code ${child.exitCode}`);
    return { url, process: child, ended };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** How npm reaches its registry, and nothing of the test runner: a test of Node.js would report to it. */
const INHERITED =
  /^(?:path|home|userprofile|tmpdir|node_extra_ca_certs|ssl_cert_file|.*_proxy|npm_config_(?:registry|cache|userconfig|cafile))$/i;

function ownEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.test(name));
  return { ...Object.fromEntries(inherited), DRAIN_MS: '0' };
}
