// Builds the server and the playground if dist/ does not match their sources. Called by every script that starts or tests the
// built server. Each is built only when its own sources have changed.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const serverEntry = join(root, 'dist/apps/server/src/main.js');
export const playgroundConfig = join(root, 'apps/playground/vite.config.mjs');
export const viteCli = join(root, 'node_modules/vite/bin/vite.js');
export const migrations = 'apps/server/migrations';
export const zones = 'apps/server/zones';
const docs = ['docs/api', 'docs/events'];
const README = 'README.md';
export const codeFolders = ['apps', 'libs'];

/** What the playground is made of, besides its own folder. */
const playgroundSources = [
  'apps/playground',
  'libs/client',
  'libs/combat-rules',
  'scripts/combat-verifier.mjs',
  'scripts/contracts/code-samples.mjs',
  'scripts/contracts/schema-text.mjs',
];
const serverSources = ['apps/server', 'libs', ...docs];

const parts = [
  { name: 'server', stamp: 'dist/.built-from', inputs: serverSources, build: buildServer },
  { name: 'playground', stamp: 'dist/playground/.built-from', inputs: playgroundSources, build: buildPlayground },
];

/** @throws if a build fails; the compiler has printed its errors by then. */
export function buildIfNeeded() {
  for (const part of parts) buildPart(part);
}

function buildPart({ name, stamp, inputs, build }) {
  // Read before the build, so that a change during the build makes the next call build again.
  const sources = newestSource(inputs);
  const file = join(root, stamp);
  if (existsSync(file) && readFileSync(file, 'utf8') === sources) {
    console.log(`The ${name} is built and up to date.`);
    return;
  }
  console.log(`Building the ${name} …`);
  const startedAt = Date.now();
  const { status } = build();
  if (status !== 0) throw new Error(`The ${name} could not be built.`);
  writeFileSync(file, sources);
  console.log(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

function buildServer() {
  removeCompiled();
  const compiled = spawnSync(process.execPath, [nestCli, 'build', 'server'], { cwd: root, stdio: 'inherit' });
  if (compiled.status === 0) copyData();
  return compiled;
}

function buildPlayground() {
  return spawnSync(process.execPath, [viteCli, 'build', '--config', playgroundConfig, '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
}

/** A file that was deleted from the sources must not remain in dist/. The playground stays: it is built by itself. */
export function removeCompiled() {
  for (const compiled of ['apps', 'libs', '.tsbuildinfo', '.built-from'])
    rmSync(join(root, 'dist', compiled), { recursive: true, force: true });
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
  if (existsSync(join(root, README))) copyFileSync(join(root, README), join(root, 'dist', README));
}

/** The newest modification time of a build's inputs. Folders count: their times change when a file is deleted. */
function newestSource(inputs) {
  const settings = readdirSync(root).filter((name) => name.endsWith('.json') || name === README);
  const newest = Math.max(...[...inputs, ...settings].map((name) => newestIn(join(root, name))));
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
