// The manifest of a package as it is published. `libs/<name>/package.json` leaves to the root what is the same everywhere: the
// version, the license, the versions of Node.js, and those of dependencies, written as in pnpm: `catalog:` for the version in the
// root's package.json (for peers, which are the application's, any compatible one), `workspace:*` for the package of this repository with the same version, `publishConfig` for fields that
// hold in the published package only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build-if-needed.mjs';

const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** @throws if a dependency has no version in the root's package.json. */
export function publishedManifest(name) {
  const { version, license, engines, ...declared } = readJson('package.json');
  const versions = { ...declared.devDependencies, ...declared.optionalDependencies, ...declared.dependencies };
  const versionOf = (dependency, range, prefix) => {
    if (range === 'workspace:*') return version;
    // A peer of the application's choice.
    if (range.startsWith('>=')) return range;
    if (range !== 'catalog:' || versions[dependency] === undefined)
      throw new Error(`libs/${name}/package.json: ${dependency} must be \`catalog:\` and in the root's package.json`);
    return prefix + versions[dependency];
  };
  const resolved = (dependencies = {}, prefix = '') =>
    Object.fromEntries(Object.entries(dependencies).map(([key, range]) => [key, versionOf(key, range, prefix)]));
  const { publishConfig = {}, dependencies, peerDependencies, ...manifest } = readJson('libs', name, 'package.json');
  return {
    ...manifest,
    ...publishConfig,
    version,
    license,
    engines,
    dependencies: resolved(dependencies),
    peerDependencies: resolved(peerDependencies, '^'),
  };
}
