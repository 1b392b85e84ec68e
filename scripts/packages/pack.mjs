// Builds the packages that other applications install, and packs each one as `packages/<name>.tgz`, if they do not match the
// sources. `packages/<name>` has the content of the tarball.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newestIn, root } from '../build-if-needed.mjs';
import { bundleClient } from './bundle-client.mjs';
import { publishedManifest } from './manifest.mjs';

export const packagesFolder = join(root, 'packages');
/** Compiled file by file, as Node.js loads them. The client is bundled instead. */
const NODE_PACKAGES = ['contracts', 'platform', 'realtime'];
export const PACKAGES = [...NODE_PACKAGES, 'client'];
const INPUTS = ['libs', 'scripts/packages', 'package.json', 'tsconfig.json', 'tsconfig.packages.json', 'LICENSE'];
const stamp = join(packagesFolder, '.packed-from');
const compiled = join(packagesFolder, '.compiled');

/** @throws if a step fails; its tool has printed its errors by then. */
export async function packIfNeeded() {
  // Read before, so that a change during the build makes the next call build again.
  const sources = String(Math.max(...INPUTS.map((input) => newestIn(join(root, input)))));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  rmSync(packagesFolder, { recursive: true, force: true });
  run('The packages could not be compiled.', process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    // `npm run check` checks the types.
    ...['--project', 'tsconfig.packages.json', '--outDir', compiled, '--noCheck'],
  ]);
  for (const name of NODE_PACKAGES) collect(name);
  rmSync(compiled, { recursive: true });
  await bundleClient(join(packagesFolder, 'client', 'dist'));
  for (const name of PACKAGES) describe(name);
  pack();
  writeFileSync(stamp, sources);
}

/** Moves the compiled files into the package, and adds the Lua scripts, which the compiler leaves out. */
function collect(name) {
  const sources = join(root, 'libs', name, 'src');
  const target = join(packagesFolder, name, 'dist');
  mkdirSync(join(packagesFolder, name));
  renameSync(join(compiled, name, 'src'), target);
  for (const file of readdirSync(sources, { recursive: true }))
    if (file.endsWith('.lua')) cpSync(join(sources, file), join(target, file));
}

function describe(name) {
  const folder = join(packagesFolder, name);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(name), null, 2)}\n`);
  cpSync(join(root, 'libs', name, 'README.md'), join(folder, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

function pack() {
  const folders = PACKAGES.map((name) => `./${name}`);
  run('The packages could not be packed.', 'npm', ['pack', '--silent', ...folders], packagesFolder);
  // Without the version in its name, an example can depend on the file.
  for (const file of readdirSync(packagesFolder)) {
    const [, name] = /^aeturnis-([a-z]+)-.*\.tgz$/.exec(file) ?? [];
    if (name !== undefined) renameSync(join(packagesFolder, file), join(packagesFolder, `${name}.tgz`));
  }
}

function run(failure, program, args, cwd = root) {
  const { status } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(failure);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await packIfNeeded();
    for (const name of PACKAGES) console.log(`packages/${name}.tgz`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
