// Packages that are too large for `npm ci`: installed when a command needs them, into a folder that git ignores.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';

const cache = join(root, 'node_modules/.cache/on-demand');

/**
 * Installs one version of a package, unless it is there. `size` is what is shown while the user waits.
 * Returns the folder of the package. Throws an Error if the registry cannot be reached.
 */
export function installOnDemand(name, version, size) {
  const folder = join(cache, `${name}-${version}`);
  const installed = join(folder, 'node_modules', name);
  if (existsSync(installed)) return installed;
  console.log(`Installing ${name}@${version} (${size}) into node_modules/.cache, once …`);
  // Renamed when complete: an installation that was interrupted is not taken for one.
  const unfinished = `${folder}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--no-save'];
  const { status } = spawnSync('npm', [...args, '--fetch-retries=1', `${name}@${version}`], {
    cwd: unfinished,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(
      `${name}@${version} could not be installed: this command needs the npm registry for its first run.`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  return installed;
}
