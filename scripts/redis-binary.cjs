// Finds a Redis to run, for the tests and for `npm run start:cluster`: on PATH, unpacked from Debian packages, or in Docker.
const { execFile } = require('node:child_process');
const { accessSync, constants, existsSync } = require('node:fs');
const { mkdir, mkdtemp, readdir, rename, rm } = require('node:fs/promises');
const { delimiter, join, resolve } = require('node:path');
const { promisify } = require('node:util');

const execFileAsync = promisify(execFile);

const CACHE = resolve(__dirname, '../node_modules/.cache/redis');
const DEBIAN_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];
const DOCKER_IMAGE = 'redis:7-bookworm';

/** @throws an error that says what to install. */
async function findRedis() {
  const installed = findOnPath('redis-server');
  if (installed) return { command: installed, leadingArgs: () => [], env: process.env };
  const failures = [];
  for (const attempt of [fromDebianPackages, fromDocker]) {
    try {
      return await attempt();
    } catch (error) {
      failures.push(error instanceof Error ? error.message.trim() : String(error));
    }
  }
  throw new Error(
    `A Redis 7 is needed, and none was found. Install one (Debian: apt-get install redis-server; macOS: brew install redis), or start Docker.\n${failures.join('\n')}`,
  );
}

/** Finds a program in the folders of PATH, then in `folders`. */
function findOnPath(name, ...folders) {
  return [...(process.env.PATH ?? '').split(delimiter), ...folders]
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

/** Needs no root: downloads and unpacks the packages without installing them. */
async function fromDebianPackages() {
  if (!existsSync(CACHE)) {
    await mkdir(resolve(CACHE, '..'), { recursive: true });
    const folder = await mkdtemp(`${CACHE}-`);
    try {
      await execFileAsync('apt-get', ['download', ...DEBIAN_PACKAGES], { cwd: folder });
      for (const archive of await readdir(folder)) await execFileAsync('dpkg', ['-x', archive, '.'], { cwd: folder });
      // Fails if another worker was faster; its folder has the same content.
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

async function fromDocker() {
  await execFileAsync('docker', ['version', '--format', '{{.Server.Version}}']);
  const container = (port) => `aeturnis-test-redis-${port}`;
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

module.exports = { findRedis, findOnPath };
