/** Finds a Redis to run: on PATH, else unpacked from Debian's packages, else in Docker. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = resolve(__dirname, '../../node_modules/.cache/redis');
const DEBIAN_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];
const DOCKER_IMAGE = 'redis:7-bookworm';

export interface RedisBinary {
  command: string;
  /** Go before the arguments of redis-server itself. */
  leadingArgs: (port: number) => string[];
  env: NodeJS.ProcessEnv;
  /** The name of the container that listens on a port; absent where redis-server is our own child. */
  container?: (port: number) => string;
}

/** @throws Error that says what to install. */
export async function findRedis(): Promise<RedisBinary> {
  const installed = onPath('redis-server');
  if (installed) return { command: installed, leadingArgs: () => [], env: process.env };
  const failures: string[] = [];
  for (const attempt of [fromDebianPackages, fromDocker]) {
    try {
      return await attempt();
    } catch (error) {
      failures.push(error instanceof Error ? error.message.trim() : String(error));
    }
  }
  throw new Error(
    `The tests need a Redis 7 and found none. Install one (Debian: apt-get install redis-server; macOS: brew install redis), or start Docker.\n${failures.join('\n')}`,
  );
}

/** The program of this name, where there is one; `folders` are looked into after those of PATH. */
export function onPath(name: string, ...folders: string[]): string | undefined {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...folders]
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Needs no root: the packages are downloaded and unpacked, not installed. */
async function fromDebianPackages(): Promise<RedisBinary> {
  if (!existsSync(CACHE)) {
    await mkdir(resolve(CACHE, '..'), { recursive: true });
    const folder = await mkdtemp(`${CACHE}-`);
    try {
      await run('apt-get', ['download', ...DEBIAN_PACKAGES], { cwd: folder });
      for (const archive of await readdir(folder)) await run('dpkg', ['-x', archive, '.'], { cwd: folder });
      // Another worker may have been faster: its folder is as good.
      await rename(folder, CACHE).catch(() => undefined);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const libraries = join(CACHE, 'usr/lib');
  const multiarch = (await readdir(libraries)).map((entry) => join(libraries, entry));
  return {
    command: join(CACHE, 'usr/bin/redis-server'),
    leadingArgs: () => [],
    env: { ...process.env, LD_LIBRARY_PATH: multiarch.join(delimiter) },
  };
}

async function fromDocker(): Promise<RedisBinary> {
  await run('docker', ['version', '--format', '{{.Server.Version}}']);
  const container = (port: number) => `aeturnis-test-redis-${port}`;
  return {
    command: 'docker',
    leadingArgs: (port) => {
      const publish = `127.0.0.1:${port}:${port}`;
      return ['run', '--rm', '--name', container(port), '--publish', publish, DOCKER_IMAGE, 'redis-server'];
    },
    env: process.env,
    container,
  };
}
