// Builds the server if dist/ does not match the sources. Called by every script that starts or tests the built server.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const serverEntry = join(root, 'dist/apps/server/src/main.js');
const stamp = join(root, 'dist/.built-from');
export const migrations = 'apps/server/migrations';
export const zones = 'apps/server/zones';
const docs = ['docs/api', 'docs/events'];
const README = 'README.md';
export const codeFolders = ['apps', 'libs'];

/** @throws if the build fails; the compiler has printed its errors by then. */
export function buildIfNeeded() {
  // Read before the build, so that a change during the build makes the next call build again.
  const sources = newestSource();
  if (existsSync(serverEntry) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) {
    console.log('The server is built and up to date.');
    return;
  }
  console.log('Building the server …');
  const startedAt = Date.now();
  const { status } = spawnSync(process.execPath, [nestCli, 'build', 'server'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The server could not be built.');
  copyData();
  writeFileSync(stamp, sources);
  console.log(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

export const nestCli = join(root, 'node_modules/@nestjs/cli/bin/nest.js');

/** The compiler emits code only. This copies migrations, zones, API and event docs, Lua scripts and README to dist/, where the built server reads them. */
export function copyData() {
  for (const folder of [migrations, zones, ...docs]) {
    const built = join(root, 'dist', folder);
    // A file that was deleted from the sources must not remain in dist/.
    rmSync(built, { recursive: true, force: true });
    if (existsSync(join(root, folder))) cpSync(join(root, folder), built, { recursive: true });
  }
  for (const folder of codeFolders) {
    for (const file of readdirSync(join(root, folder), { recursive: true }))
      if (file.endsWith('.lua')) cpSync(join(root, folder, file), join(root, 'dist', folder, file));
  }
  if (existsSync(join(root, README))) cpSync(join(root, README), join(root, 'dist', README));
}

/** The newest modification time of the build's inputs. Folders count: their times change when a file is deleted. */
function newestSource() {
  const settings = readdirSync(root).filter((name) => name.endsWith('.json') || name === README);
  const newest = Math.max(...[...codeFolders, ...docs, ...settings].map((name) => newestIn(join(root, name))));
  return String(newest);
}

/** The newest modification time of a file, or of a folder and what is in it, tests excepted. */
export function newestIn(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const entries = readdirSync(path).filter((name) => !name.endsWith('.spec.ts') && name !== 'node_modules');
  return Math.max(stat.mtimeMs, ...entries.map((name) => newestIn(join(path, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    buildIfNeeded();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
