// Installs the packages of the peers, which only the benchmarks need, before the first run.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { benchDir } from './paths.mjs';
import { printProgress } from './output.mjs';

export function installPeers() {
  // A symbolic link points to a folder shared with another checkout, which `npm ci` would empty.
  if (lstatSync(join(benchDir, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const [wanted, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((name) =>
    join(benchDir, name),
  );
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  printProgress('installing the packages of the peers (npm ci in bench/, once)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: benchDir,
    stdio: 'inherit',
  });
  if (status !== 0) printProgress('npm ci failed: sides that need these packages will fail too');
}
