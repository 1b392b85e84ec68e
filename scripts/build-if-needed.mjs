// Builds the server where dist/ does not match the sources; what starts or tests the built server calls this first.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const serverEntry = join(root, 'dist/apps/server/src/main.js');
const stamp = join(root, 'dist/.built-from');
export const migrations = 'apps/server/migrations';
export const zones = 'apps/server/zones';
const README = 'README.md';

/** Throws where the build fails; its errors are on the terminal by then. */
export function buildIfNeeded() {
  // Read before the build: what changes during the build makes the next call build again.
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

/** The compiler copies code alone: the built server finds its migrations, its zones and its README beside itself. */
export function copyData() {
  for (const folder of [migrations, zones]) {
    const built = join(root, 'dist', folder);
    // What is gone from the sources must not stay in what is built.
    rmSync(built, { recursive: true, force: true });
    if (existsSync(join(root, folder))) cpSync(join(root, folder), built, { recursive: true });
  }
  if (existsSync(join(root, README))) cpSync(join(root, README), join(root, 'dist', README));
}

/** The newest time of change of what the build reads. Folders count: their times change when a file goes. */
function newestSource() {
  const settings = readdirSync(root).filter((name) => name.endsWith('.json') || name === README);
  const newest = Math.max(...['apps', 'libs', ...settings].map((name) => newestIn(join(root, name))));
  return String(newest);
}

function newestIn(path) {
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
